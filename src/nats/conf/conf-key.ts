/**
 * Converts a key of nats.conf to lower case as nats-server does, by Go's rules. They differ from JavaScript's for one
 * letter that maps to ASCII: `İ` (U+0130) becomes `i`, where JavaScript adds a combining dot.
 *
 * @see https://pkg.go.dev/strings#ToLower
 */
export const confKey = (key: string): string => key.replaceAll('\u0130', 'i').toLowerCase();
