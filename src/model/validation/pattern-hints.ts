/** What a pattern of the CRDs asks for, as advice; undefined for a pattern without a hint, which a test rules out. */
export function patternHint(pattern: string): string | undefined {
  return hints.find(([recognised]) => pattern.includes(recognised))?.[1];
}

/** From a piece that is in the pattern to what the pattern means. The first that fits counts. */
const hints: readonly (readonly [string, string])[] = [
  ['nightly', 'a full release such as 2.15.2, one with a suffix such as 2.10.29-alpine, or nightly'],
  ['([a-z0-9]+([._/-]+[a-z0-9]+)*)', 'an image without its tag, such as nats or registry.example.com/team/nats'],
  ['(ns|us|µs|ms|s|m|h)', 'a duration such as 10s, 500ms or 1m30s'],
  ['https?://', 'URL(https://…) or MEMORY'],
  ['[a-z][a-z0-9+.-]*://', 'a URL such as nats://host.example.com:6222'],
  ['TLS_', "the name of a cipher suite in Go's spelling, such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
  ['[^\\x00-\\x1f]', 'the name of a file or an absolute path, without control characters'],
  ['^(A\\S*)?$', 'the public key of an account: 56 characters that start with A'],
  ['[A-Za-z0-9_=-]+\\.[A-Za-z0-9_=-]+\\.', 'a JWT: three parts with dots between'],
  ['(\\*|', 'the name of a namespace, or "*" for all'],
  ['^\\S*$', 'without spaces'],
  ['[A-Za-z0-9_][A-Za-z0-9_.-]*', 'the tag of an image: letters, digits, "_", "." and "-"'],
  ['[-A-Za-z0-9_.]*', 'a label value: up to 63 letters, digits, "-", "_" and ".", no such sign at its ends'],
  ['[-a-z0-9.]*', 'the name of a Secret: lower-case letters, digits, "-" and "."'],
  ['[-a-z0-9]*', 'lower-case letters, digits and dashes, such as my-cluster'],
  ['[numkMGTPE]', 'a quantity such as 500m, 2 or 1Gi'],
];
