import { readFileSync } from 'node:fs';
import { errorsDocument } from '../../fixtures/errors-document';

test('docs/errors.md shows the errors that are tested; npx tsx scripts/errors-document.ts updates it', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsDocument());
});
