import { readFileSync } from 'node:fs';
import { errorsDocument } from '../../../fixtures/errors-document';

test('docs/errors.md shows the errors that are tested; npm run errors-document updates it', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsDocument());
});
