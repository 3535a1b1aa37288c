import * as fc from 'fast-check';
import { parseSize } from '../../../src/nats/size';

describe('a size', () => {
  test.each([
    ['1024', 1024],
    ['128M', 128 * 1024 ** 2],
    ['128MB', 128 * 1024 ** 2],
    ['1Gi', 1024 ** 3],
    ['1 GiB', 1024 ** 3],
    ['10gb', 10 * 1024 ** 3],
    ['1.5GB', 1.5 * 1024 ** 3],
    ['2TB', 2 * 1024 ** 4],
    ['64K', 64 * 1024],
  ])('%s is a number of bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(['', 'MB', '10m', '10k', '-1MB', '1.0001K', '10 apples', '1e3', '9007PB', '1MBB', '1 MB '])(
    '%j is none',
    text => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('is always a whole number of bytes that JavaScript has not rounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.kKmMgGiIbB '), maxLength: 8 }), text => {
        expect(Number.isSafeInteger(parseSize(text) ?? 0)).toBe(true);
      }),
    );
  });
});
