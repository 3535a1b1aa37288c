import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chart } from './helm';

/** A copy of the chart whose NatsClusters have no column Phase yet, in a folder of its own. */
export async function olderChart(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'older-chart-'));
  await cp(chart, path, { recursive: true });
  const file = join(path, 'templates/crds.yaml');
  const text = await readFile(file, 'utf8');
  const older = text.replace(/^ *- \{ name: Phase, .*\n/m, '');
  if (older === text) throw new Error('the CRD has no column Phase');
  await writeFile(file, older);
  return { path, remove: () => rm(path, { recursive: true }) };
}
