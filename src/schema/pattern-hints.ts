/** What a pattern of the CRDs asks for, as advice; undefined for a pattern without a hint, which a test rules out. */
export function patternHint(pattern: string): string | undefined {
  return hints.find(([recognised]) => pattern.includes(recognised))?.[1];
}

/** From a piece that is in the pattern to what the pattern means. What has a CEL rule instead says so itself. */
const hints: readonly (readonly [string, string])[] = [
  ['[numkMGTPE]', 'a quantity such as 500m, 2 or 1Gi'],
  ['[^\\x00-\\x1f]', 'the name of a file or an absolute path, without control characters'],
  ['[A-Za-z0-9_=-]+\\.[A-Za-z0-9_=-]+\\.', 'a JWT: three parts with dots between'],
  [
    '[A-Za-z0-9_][A-Za-z0-9_.-]*',
    'the tag of an image: letters, digits, "_", "." and "-", and @sha256:… to pin its digest',
  ],
];
