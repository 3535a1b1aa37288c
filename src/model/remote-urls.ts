/** The addresses of something remote that has a `url`, `urls` or both, each once and in their order. */
export function allUrls({ url, urls = [] }: { readonly url?: string; readonly urls?: readonly string[] }): string[] {
  return [...new Set([...(url ? [url] : []), ...urls])];
}
