import { projectRoot } from './project-root';
import { attempt } from '../../tools/toolchain/command';

/**
 * The commit that last changed these files and folders of the checkout: what does not change them leaves an image as it is. With `-modified` where they have been changed since;
 * `unknown` where there is no history.
 */
export async function revisionOf(sources: readonly string[]): Promise<string> {
  const commit = await git('log', '-1', '--format=%H', '--', ...sources);
  if (commit === '') return 'unknown';
  return (await git('status', '--porcelain', '--', ...sources)) === '' ? commit : `${commit}-modified`;
}

async function git(...args: readonly string[]): Promise<string> {
  try {
    const { code, stdout } = await attempt('git', args, { cwd: projectRoot });
    return code === 0 ? stdout.trim() : '';
  } catch {
    return '';
  }
}
