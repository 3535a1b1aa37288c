import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/values';
import { run } from '../../../scripts/toolchain/command';
import { helmCommand } from '../../../scripts/toolchain/helm';

export const chart = join(projectRoot, CHART);

/** The chart's values for that image, as `--set` takes them. */
export function imageValues(image: string): string {
  const [, repository = '', tag = ''] = /^(.*):([^:]*)$/.exec(image) ?? [];
  return `image.repository=${repository},image.tag=${tag}`;
}

/** Runs helm against the cluster that KUBECONFIG names, and returns its output; a refusal is an error with helm's own words. */
export async function helm(...args: string[]): Promise<string> {
  return run(await helmCommand(), args, { timeoutMs: 240_000 });
}
