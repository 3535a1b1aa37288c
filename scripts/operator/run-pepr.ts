import { attempt } from '../../tools/toolchain/command';
import type { ClusterAccess } from './cluster-access';

const LIMIT_MS = 300_000;

/**
 * Runs a command of Pepr's in the folder of a staged module. Pepr ends with 0 where the module could not be built (handleModuleBuildError
 * in its cli/build/buildModule.ts), so that what counts is its last sentence, `success`. Throws with Pepr's words where that is missing.
 */
export async function runPepr(
  cluster: ClusterAccess,
  folder: string,
  args: readonly string[],
  success: string,
): Promise<void> {
  const { command, args: all, env } = cluster.invocation('npx', ['pepr', ...args]);
  // Whoever deploys may have a log level of their own, which Pepr would write into the Deployments.
  const own = { LOG_LEVEL: 'info', NO_COLOR: '1', npm_config_loglevel: 'error' };
  const { stdout, stderr } = await attempt(command, all, { cwd: folder, env: { ...env, ...own }, timeoutMs: LIMIT_MS });
  if (!stdout.includes(success)) throw new Error(`pepr ${args.join(' ')} failed:\n${stdout}\n${stderr}`.slice(0, 8000));
}
