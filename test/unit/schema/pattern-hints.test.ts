import { natsClusterSchema, natsServiceRoleSchema } from '../../../generated/schemas';
import { patternHint } from '../../../src/schema/pattern-hints';

test('every pattern of the CRDs has a hint in words', () => {
  const patterns = new Set([natsClusterSchema, natsServiceRoleSchema].flatMap(patternsIn));
  expect(patterns.size).toBeGreaterThan(0);
  expect([...patterns].filter(pattern => patternHint(pattern) === undefined)).toEqual([]);
});

function patternsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key === 'pattern' && typeof member === 'string' ? [member] : patternsIn(member),
  );
}
