import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { apply } from './kubectl';

/** Applies examples/`name`.yaml into that namespace, with its `${VARIABLES}` filled in as envsubst does. */
export async function applyExample(
  namespace: string,
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const text = readFileSync(join(projectRoot, `examples/${name}.yaml`), 'utf8');
  const filled = text.replaceAll(/\$\{(\w+)\}/g, (whole, variable: string) => variables[variable] ?? whole);
  await apply(filled, namespace);
}
