import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { generatedFiles } from './files';

/** `npm run manifests`: writes deploy/ and the chart's templates. */
for (const [file, text] of generatedFiles()) {
  const path = join(projectRoot, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
