import * as fc from 'fast-check';
import { INCLUDE } from '../../../../src/nats/conf/conf';
import { parseConf } from '../../../../src/nats/conf/parse';
import { printConf } from '../../../../src/nats/conf/print';
import { conf, plainConf } from '../../../arbitraries/conf';

describe('printConf', () => {
  test('prints indented JSON where nothing needs an escape of NATS', () => {
    const value = {
      port: 4222,
      cluster: { name: 'ñ 🐟', routes: ['nats://a:6222', 'b'], empty: {}, none: [] },
      debug: true,
    };
    expect(printConf(value)).toBe(`${JSON.stringify(value, null, 2)}\n`);
  });

  test('leaves out members that are undefined', () => {
    expect(printConf({ a: undefined, b: 1 })).toBe('{\n  "b": 1\n}\n');
    expect(printConf({ a: undefined })).toBe('{}\n');
  });

  test('puts the includes of a block first, each on a line of its own', () => {
    expect(printConf({ port: 1, authorization: { timeout: 2, [INCLUDE]: ['a.conf', 'b/c.conf'] } })).toBe(`{
  "port": 1,
  "authorization": {
    include "a.conf",
    include "b/c.conf",
    "timeout": 2
  }
}
`);
  });

  test('escapes control characters as NATS reads them', () => {
    expect(printConf({ a: '\0\b\t\n\r\x1f"\\/\x7f' })).toBe('{\n  "a": "\\x00\\x08\\t\\n\\r\\x1f\\"\\\\/\x7f"\n}\n');
  });

  test.each([
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [0.1, '0.1'],
    [-0, '0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('prints %p without an exponent', (number, printed) => {
    expect(printConf({ a: number })).toBe(`{\n  "a": ${printed}\n}\n`);
  });

  test.each([
    { a: Number.NaN },
    { a: 2 ** 53 },
    { a: 1e21 },
    { 'a"b': 1 },
    { 'a\\': 1 },
    { 'a\n': 1 },
    { a: '\ud800' },
    { [INCLUDE]: ['a"b'] },
    { [INCLUDE]: ['a\nb'] },
  ])('refuses %p', value => {
    expect(() => printConf(value)).toThrow(RangeError);
  });
});

describe('parseConf', () => {
  test('reads back every configuration that was printed', () => {
    fc.assert(fc.property(conf, value => expect(parseConf(printConf(value))).toStrictEqual(value)));
    fc.assert(fc.property(plainConf, value => expect(parseConf(printConf(value))).toStrictEqual(value)));
  });

  test.each(['', '[]', '{"a": null}', '{"a": 1', 'port: 4222', '{"a": "\\u0041"', '{"a": "\t"}'])(
    'says of %j that it is something else',
    text => expect(parseConf(text)).toBeUndefined(),
  );
});
