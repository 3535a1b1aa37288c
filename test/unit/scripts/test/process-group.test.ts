import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../../tools/toolchain/until';
import { runGroup, type GroupEnd, type GroupOptions } from '../../../../scripts/test/process-group';

const folder = mkdtempSync(join(tmpdir(), 'process-group-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a shell script; what it writes into the file `pid` of its folder is a process of its own making. */
const runScript = async (script: string, options: Partial<GroupOptions> = {}): Promise<GroupEnd> =>
  runGroup('bash', ['-c', script], {
    cwd: folder,
    isCollected: true,
    limitMs: 20_000,
    isDone: () => false,
    endingMs: 300,
    ...options,
  });

/** Whether the process that the script has started lives, in whichever state. */
function isChildAlive(): boolean {
  try {
    const stat = readFileSync(`/proc/${readFileSync(join(folder, 'pid'), 'utf8').trim()}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

const withChild = 'sleep 300 & echo $! >pid;';
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a process group', () => {
  it('gives the code and the output of a command that ends by itself', async () => {
    expect(await runScript('echo one; echo two >&2; exit 3')).toEqual({ code: 3, output: 'one\ntwo\n' });
  });

  it('is killed with all that it has started when its time is over', async () => {
    const { code, trouble } = await runScript(`trap "" TERM; ${withChild} wait`, { limitMs: 300 });
    expect({ code, trouble }).toEqual({ code: 128, trouble: expect.stringMatching(/^killed after/) as string });
    expect(await until(() => !isChildAlive(), 5_000)).toBe(true);
  }, 30_000);

  it('is killed where it does not end once its work is done', async () => {
    const { trouble } = await runScript(`${withChild} wait`, { isDone: () => true });
    expect(trouble).toContain('something is still open');
    expect(await until(() => !isChildAlive(), 5_000)).toBe(true);
  });

  it('tells what outlived the command, and ends it', async () => {
    const { code, trouble } = await runScript(`${withChild} exit 0`);
    expect({ code, trouble }).toEqual({ code: 0, trouble: 'it left running: sleep 300' });
    expect(await until(() => !isChildAlive(), 5_000)).toBe(true);
  });

  it('is one of its own, to which a signal for us is passed on', async () => {
    const ended = runScript(`trap "exit 7" TERM; echo ready >ready; ${withChild} wait`, { isDone: () => false });
    const isReady = (): boolean => {
      try {
        return readFileSync(join(folder, 'ready'), 'utf8') !== '';
      } catch {
        return false;
      }
    };
    expect(await until(isReady, 5_000)).toBe(true);
    process.emit('SIGTERM');
    expect((await ended).code).toBe(7);
  });
});
