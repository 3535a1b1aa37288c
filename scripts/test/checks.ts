import { scripts } from '../../package.json';
import { projectRoot } from '../image/project-root';
import { attempt } from '../toolchain/command';
import { inParallel } from '../toolchain/in-parallel';
import { say, step } from '../toolchain/progress';

const AT_A_TIME = 2;

/**
 * Runs every `check:…` script of package.json, shows what those that fail have to say, and returns their names: types, lint, format, boundaries,
 * dead code, generated files.
 */
export async function runChecks(): Promise<string[]> {
  // Last, and alone: it writes the files that the others read.
  const last = 'check:codegen';
  const others = Object.keys(scripts).filter(name => name.startsWith('check:') && name !== last);
  const failures = await inParallel(
    AT_A_TIME,
    others.map(name => () => runCheck(name)),
  );
  return [...failures, await runCheck(last)].flat();
}

async function runCheck(name: string): Promise<string[]> {
  try {
    await step(name, async () => {
      const { code, stdout, stderr } = await attempt('npm', ['run', '--silent', name], { cwd: projectRoot });
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
    });
    return [];
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return [name];
  }
}
