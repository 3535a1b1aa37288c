import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goSources } from '../../../../tools/toolchain/go-source';

const build = { 'main.go': 'package main', 'go.mod': 'module program', 'go.sum': 'a h1:b' };

describe('the sources of a Go program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nats-operator-go-source-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeEach(() => {
    for (const [name, content] of Object.entries(build)) writeFileSync(join(folder, name), content);
  });

  test.each(Object.keys(build))('are others when %s changes, so that it is built again', async name => {
    const before = await goSources(folder);
    writeFileSync(join(folder, name), 'changed');
    expect(await goSources(folder)).toEqual({ ...before, [name]: 'changed' });
  });

  test('are others when a file is added, in whatever order the file system lists them', async () => {
    writeFileSync(join(folder, 'disk.go'), 'package main');
    expect(Object.keys(await goSources(folder))).toEqual(['disk.go', 'go.mod', 'go.sum', 'main.go']);
  });

  test('are the same when only its documentation changes', async () => {
    const before = await goSources(folder);
    writeFileSync(join(folder, 'README.md'), 'words');
    expect(await goSources(folder)).toEqual(before);
  });
});
