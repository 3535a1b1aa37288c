import * as fc from 'fast-check';
import { printConf } from '../../../src/nats/conf/print';
import { isPrintable, isPrintableMap, unprintable } from '../../../src/nats/printable';
import { describeProblem } from '../../../src/schema/problem';
import { printableText } from '../../arbitraries/texts';

describe('unprintable', () => {
  test.each([
    [{ a: null }, 'x.a: must not be null (remove the key instead)'],
    [{ a: [1, { b: null }] }, 'x.a[1].b: must not be null (remove the key instead)'],
    [{ a: 1e300 }, 'x.a: must be a number between -2^53 and 2^53 (a size may also be a string such as "2TB")'],
    [{ a: '\udc00' }, 'x.a: must be valid UTF-8'],
    [
      { 'a"b': 1 },
      'x["a\\"b"]: must be a valid NATS configuration key (remove quotation marks, backslashes and control characters)',
    ],
  ])('says of %j where and what is wrong', (value, line) => {
    expect(unprintable(value, 'x').map(describeProblem)).toStrictEqual([line]);
  });

  test('finds every problem at once', () => {
    expect(unprintable({ a: null, b: [null, null], c: 1 }, 'x').map(({ path }) => path)).toStrictEqual([
      'x.a',
      'x.b[0]',
      'x.b[1]',
    ]);
  });

  test('finds a problem exactly where the printer would', () => {
    const anything = fc.dictionary(
      printableText,
      fc.anything({ withNullPrototype: false, values: [fc.string(), fc.double(), fc.boolean(), fc.constant(null)] }),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(anything, value => {
        expect(isPrintable(value)).toBe(unprintable(value, '').length === 0);
        if (isPrintableMap(value)) expect(() => printConf(value)).not.toThrow();
      }),
    );
  });
});
