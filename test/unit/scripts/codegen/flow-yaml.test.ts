import fc from 'fast-check';
import { parse } from 'yaml';
import { schemaLines } from '../../../../scripts/codegen/flow-yaml';

test('whatever a schema holds, YAML reads it back from the lines', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), schema => {
      const text = schemaLines(schema, '  ').join('\n');
      // Compared as JSON, which knows no -0.
      expect(JSON.stringify(parse(`schema:\n${text}`))).toBe(JSON.stringify({ schema: text === '' ? null : schema }));
    }),
  );
});

test('words that YAML would read as something else are quoted', () => {
  expect(schemaLines({ enum: ['no', 'true', 'Null', 'Always', '8'] }, '')).toEqual([
    'enum: ["no", "true", "Null", Always, "8"]',
  ]);
});

test('a long map of properties takes a line a property', () => {
  const long = { description: 'x'.repeat(900) };
  const lines = schemaLines({ type: 'object', properties: { a: long, b: long } }, '  ');
  expect(lines.map(line => line.slice(0, 10))).toEqual(['  type: ob', '  properti', '    a: {de', '    b: {de']);
});
