/**
 * A key of nats.conf as servers compare it: in lower case, by Go's rules. They differ from JavaScript's in one letter that becomes ASCII: `İ` (U+0130) is
 * `i`, where JavaScript adds a dot.
 *
 * @see https://pkg.go.dev/strings#ToLower
 */
export const confKey = (key: string): string => key.replaceAll('\u0130', 'i').toLowerCase();
