import pMap from 'p-map';
import { scripts } from '../../package.json';
import { projectRoot } from '../image/project-root';
import { helmCommand } from '../../tools/toolchain/helm';
import { say, step } from '../../tools/toolchain/progress';
import { runGroup } from './process-group';
import type { TierResult } from './report';
import { messageOf } from '../../tools/toolchain/run-main';

const AT_A_TIME = 2;

/** For one check, in milliseconds. */
const LIMIT_MS = 900_000;

/**
 * Runs every `check:…` script of package.json, and shows what those that fail have to say: types, lint, format, boundaries, dead code, generated
 * files.
 */
export async function runChecks(): Promise<TierResult> {
  const begin = Date.now();
  // Building it for the first time takes longer than a check may. Where it can not be built, the check that needs it fails and says why.
  await helmCommand().catch(() => undefined);
  // Last, and alone: it writes files that the others read, where they are not as they should be.
  const last = 'check:codegen';
  const others = Object.keys(scripts).filter(name => name.startsWith('check:') && name !== last);
  const ended = await pMap(others, runCheck, { concurrency: AT_A_TIME });
  const failures = [...ended, await runCheck(last)].flat();
  const passed = others.length + 1 - failures.length;
  const seconds = (Date.now() - begin) / 1000;
  return { tier: 'check', passed, failed: failures.length, skipped: 0, seconds, failures };
}

/** @returns its name, where it has failed */
async function runCheck(name: string): Promise<string[]> {
  // Tests beside it are not to notice.
  const args = ['-n', '19', 'npm', 'run', '--silent', name];
  try {
    await step(name, async () => {
      const {
        code,
        output,
        trouble = '',
      } = await runGroup('nice', args, {
        cwd: projectRoot,
        isCollected: true,
        isBackground: true,
        limitMs: LIMIT_MS,
        isDone: () => false,
      });
      if (code !== 0 || trouble !== '') throw new Error(`${output}${trouble}`);
    });
    return [];
  } catch (error) {
    say(messageOf(error));
    return [name];
  }
}
