import { projectRoot } from '../image/project-root';
import { attempt, run } from '../../tools/toolchain/command';
import { say } from '../../tools/toolchain/progress';
import { runMain } from '../../tools/toolchain/run-main';

/** The last commit before messages were checked. */
const BASE = 'c41b124ca07a';

/** `npm run check:commits`: every commit message since BASE is a Conventional Commit; in a clone without its history, the last one is. */
async function main(): Promise<void> {
  const git = async (...args: string[]): Promise<boolean> =>
    (await attempt('git', args, { cwd: projectRoot })).code === 0;
  if (!(await git('rev-parse', 'HEAD'))) {
    say('No commits here, so there are no messages to check.');
    return;
  }
  const range = (await git('merge-base', '--is-ancestor', BASE, 'HEAD')) ? ['--from', BASE] : ['--last'];
  await run('npx', ['--no-install', 'commitlint', ...range], { cwd: projectRoot });
}

runMain(main);
