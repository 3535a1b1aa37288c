import * as fc from 'fast-check';
import { findJsonError } from '../../../src/json/json-error';

describe('findJsonFault', () => {
  test('finds nothing in any JSON, however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 4 }), (value, indent) => {
        expect(findJsonError(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });

  test('finds a fault exactly where the engine does', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', 'x', '0', '-', '\\', '\n', ' '))
      .map(
        ([text, at, change]) =>
          text.slice(0, at % (text.length + 1)) + change + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(broken, text => {
        expect(findJsonError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['{"users": [\n  {"username": "a" "password": "b"}\n]}', 2, 20, false],
    ['{"users": [}', 1, 12, false],
    ["{'users': []}", 1, 2, false],
    ['{"users": [', 1, 12, true],
    ['', 1, 1, true],
    ['{} {}', 1, 4, false],
  ])('says where %j stops being JSON', (text, line, column, isEnd) => {
    expect(findJsonError(text)).toEqual({ line, column, isEnd });
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
