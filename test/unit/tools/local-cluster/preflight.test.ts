import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../scripts/image/project-root';
import { attempt } from '../../../../tools/toolchain/command';

describe('npm start on a machine that lacks something', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nats-operator-path-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('says what in a sentence, and names the way with a cluster of one’s own', async () => {
    symlinkSync(process.execPath, join(folder, 'node'));
    const command = ['scripts/bootstrap.cjs', 'scripts/start/main.ts'];
    const { code, stderr } = await attempt(process.execPath, command, { cwd: projectRoot, env: { PATH: folder } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The local cluster (needs|is built from) .*; to use a cluster that you have, run npm start -- --context NAME\./,
    );
  }, 20_000);
});
