import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chart } from './helm';
import { atEnd } from './tear-down';

const CRD_COLUMN = /^ *- \{ name: Status, .*\n/m;

/** The path of a copy of the chart whose NatsClusters have no column Status yet. */
export async function olderChart(): Promise<string> {
  return chartWithCrds(text => text.replace(CRD_COLUMN, ''));
}

/** The path of a copy of the chart whose NatsClusters have one column more, Newest. */
export async function newerChart(): Promise<string> {
  return chartWithCrds(text =>
    text.replace(CRD_COLUMN, column => column + column.replace('name: Status', 'name: Newest')),
  );
}

/** In a folder of its own, until the file's end. */
async function chartWithCrds(change: (text: string) => string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'other-chart-'));
  atEnd(async () => rm(path, { recursive: true }));
  await cp(chart, path, { recursive: true });
  const file = join(path, 'files/crds/natsclusters.yaml');
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('the CRD has no column Status');
  await writeFile(file, changed);
  return path;
}
