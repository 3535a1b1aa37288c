import type { Problem } from '../problem';

/** What a URL to other servers may look like. */
export interface UrlRules {
  readonly schemes: readonly string[];
  /** A right one, for the hint. */
  readonly example: string;
}

/** Where a server's URL is wrong; empty text counts as absent, and what is no URL at all is the CRD's to say. */
export function urlProblems(path: string, text: string | undefined, { schemes, example }: UrlRules): Problem[] {
  if (text === undefined || !/^[a-z][a-z0-9+.-]*:\/\/\S+$/.test(text)) return [];
  const url = parseUrl(text);
  const hint = `such as ${example}`;
  if (url === undefined || BROKEN_ESCAPE.test(text))
    return [{ path, message: `is not a URL: "${redacted(text)}"`, hint }];
  const scheme = url.protocol.replace(':', '');
  return [
    ...(schemes.includes(scheme)
      ? []
      : [{ path, message: `must start with ${list(schemes)}, got ${scheme}://`, hint }]),
    ...(url.hostname === '' ? [{ path, message: 'names no host', hint }] : []),
    ...(['', '/'].includes(url.pathname) || scheme.startsWith('ws')
      ? []
      : [{ path, message: `must have no path, got ${url.pathname}`, hint }]),
  ];
}

/** Warns of a login in a URL: everybody who may read the object reads it too. */
export function urlWarnings(path: string, text: string | undefined, hint: string): Problem[] {
  const url = text === undefined ? undefined : parseUrl(text);
  if (url === undefined || (url.username === '' && url.password === '')) return [];
  return [{ path, message: 'holds a login, which whoever may read this object can read', hint }];
}

/** The URL's host; undefined where there is none. */
export function hostOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseUrl(text)?.hostname;
}

/** Go refuses what JavaScript's URL lets pass, and the server would not start. @see https://pkg.go.dev/net/url#Parse */
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const redacted = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@');

const list = (schemes: readonly string[]): string => schemes.map(scheme => `${scheme}://`).join(' or ');
