import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { apply } from './kubectl';

/** Applies examples/`name`.yaml, as it is, into that namespace. */
export async function applyExample(namespace: string, name: string): Promise<void> {
  await apply(readFileSync(join(projectRoot, `examples/${name}.yaml`), 'utf8'), namespace);
}
