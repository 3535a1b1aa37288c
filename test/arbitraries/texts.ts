import * as fc from 'fast-check';

/** Of all but half surrogates. The library's own takes half a second to make, in each file of tests. */
const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map(code => String.fromCodePoint(code));

/** Any text that Kubernetes can store: every code point, control characters and NUL included, but for half surrogates. */
export const printableText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: codePoint }),
  fc.string({
    unit: fc.constantFrom('\\', '"', "'", '$', '{', '}', '#', '/', '\n', '\0', 'x', 'u', '0', '1', 'k', ' '),
  }),
  fc.constantFrom(
    'null',
    'true',
    'yes',
    '1k',
    '-1',
    '1.5',
    '$HOME',
    '$2a$10$abc',
    'include "x"',
    '2020-01-01T00:00:00Z',
  ),
);

/** Any key that NATS can read. */
export const printableKey: fc.Arbitrary<string> = printableText.map(text => text.replaceAll(/["\\\u0000-\u001f]/g, ''));

/** The name of a NatsCluster. */
export const dnsLabel: fc.Arbitrary<string> = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);

const units = ['h', 'm', 's', 'ms', 'us', 'µs', 'ns'] as const;

/** A duration as NatsCluster takes it: Go's, with the largest unit first. */
export const duration: fc.Arbitrary<string> = fc
  .subarray([...units], { minLength: 1 })
  .filter(chosen => !(chosen.includes('us') && chosen.includes('µs')))
  .chain(chosen => fc.tuple(...chosen.map(unit => amount(unit).map(number => `${number}${unit}`))))
  .map(parts => parts.join(''));

function amount(unit: string): fc.Arbitrary<string> {
  const whole = fc.nat({ max: 99_999 }).map(String);
  return unit === 'ns'
    ? whole
    : fc.oneof(
        whole,
        fc.tuple(fc.nat(999), fc.nat(999)).map(parts => parts.join('.')),
      );
}

/** A host that nobody has: RFC 2606, RFC 5737 and RFC 3849 keep them for examples, so that a server under test reaches nobody. */
const host: fc.Arbitrary<string> = fc.oneof(
  dnsLabel.map(label => `${label}.invalid`),
  fc.nat({ max: 255 }).map(byte => `192.0.2.${byte}`),
  fc.nat({ max: 65_535 }).map(group => `[2001:db8::${group.toString(16)}]`),
);

/** The URL of a server's route port. */
export const url: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('nats', 'nats-route', 'tls'),
    fc.constantFrom('', 'user:p%40ss%20word@', 'token@'),
    host,
    fc.integer({ min: 1, max: 65_535 }),
  )
  .map(([scheme, user, name, port]) => `${scheme}://${user}${name}:${port}`);
