import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/values';
import { run } from '../../../scripts/toolchain/command';
import { helmCommand } from '../../../scripts/toolchain/helm';

export const chart = join(projectRoot, CHART);

/** Runs helm against the cluster that KUBECONFIG names, and returns its output; a refusal is an error with helm's own words. */
export async function helm(...args: string[]): Promise<string> {
  return run(await helmCommand(), args, { timeoutMs: 240_000 });
}
