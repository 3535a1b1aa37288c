import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { generatedFiles } from './files';

/** `npm run manifests`: writes deploy/, the chart's templates and the rights in docs/security.md. */
for (const [file, text] of generatedFiles()) {
  const path = join(projectRoot, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
