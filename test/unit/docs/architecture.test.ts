import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { readPage, spansIn } from './page';

const MAX_FILES = 12;

const page = readPage('docs/architecture.md');

/** The paragraphs about folders begin with the folder, in bold. */
const described = [...page.matchAll(/^\*\*`(src\/[^`]+)`\*\*/gm)].map(([, folder = '']) => folder);

const folders = readdirSync(join(projectRoot, 'src'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ parentPath, name }) => join(parentPath, name).slice(projectRoot.length + 1));

const walks = (/^## Walks\n(.*?)^## /ms.exec(page)?.[1] ?? '')
  .split(/^### /m)
  .slice(1)
  .map(walk => ({ title: walk.split('\n')[0] ?? '', files: spansIn(walk).filter(isFile) }));

function isFile(span: string): boolean {
  return /^(pepr|(src|capabilities)\/.*)\.ts$/.test(span);
}

describe('docs/architecture.md', () => {
  it('describes every folder of src once, and no other', () => {
    expect(described.toSorted()).toEqual(folders.toSorted());
  });

  it('has a walk for each flow', () => {
    expect(walks.map(({ title }) => title)).toEqual([
      'The process starts',
      'A changed spec reaches the servers',
      'A pod is deleted',
      'A token is renewed',
      'An invalid spec is rejected',
      'A rollout fails',
    ]);
  });

  it.each(walks)('walks through at most twelve files that exist: $title', ({ files }) => {
    expect(files.length).toBeGreaterThan(5);
    expect(new Set(files).size).toBeLessThanOrEqual(MAX_FILES);
    expect(files.filter(file => !existsSync(join(projectRoot, file)))).toEqual([]);
  });
});
