/** Returns a hint for a pattern of the CRDs. A unit test checks that every pattern has one. */
export function patternHint(pattern: string): string | undefined {
  return hints.find(([recognised]) => pattern.includes(recognised))?.[1];
}

/** Hints by a part of the pattern. Fields with a CEL rule use the message of the rule instead. */
const hints: readonly (readonly [string, string])[] = [
  ['[numkMGTPE]', 'a quantity such as 500m, 2 or 1Gi'],
  ['[^\\x00-\\x1f]', 'a file name or an absolute path, without control characters'],
  ['[A-Za-z0-9_=-]+\\.[A-Za-z0-9_=-]+\\.', 'a JWT: three parts separated by dots'],
  ['[A-Za-z0-9_][A-Za-z0-9_.-]*', 'an image tag: letters, digits, "_", "." and "-", and @sha256:… to pin its digest'],
];
