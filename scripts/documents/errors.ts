import { writeFileSync } from 'node:fs';
import { errorsDocument } from '../../test/fixtures/errors-document';

// Writes docs/errors.md anew from the specs that are tested.
writeFileSync('docs/errors.md', errorsDocument());
