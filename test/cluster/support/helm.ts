import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/values';
import { attempt, run } from '../../../scripts/toolchain/command';
import { helmCommand } from '../../../scripts/toolchain/helm';
import { kubectl } from './kubectl';

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

/** Whether helm has installed the operator there, if only half. */
export async function isRelease(namespace: string): Promise<boolean> {
  const { code, stderr } = await attempt(await helmCommand(), ['status', 'nats-operator', '-n', namespace]);
  if (code !== 0 && !stderr.includes('not found')) throw new Error(stderr);
  return code === 0;
}

/**
 * Uninstalls the operator, in the foreground as docs/install.md says, and waits for its end. Nothing happens where helm has not installed one,
 * whatever came by another way.
 *
 * helm's own `--wait` can return before: an object that it has not yet looked at counts as gone to it.
 */
export async function helmUninstall(namespace: string): Promise<void> {
  if (!(await isRelease(namespace))) return;
  await helm('uninstall', 'nats-operator', '-n', namespace, '--cascade=foreground', '--ignore-not-found');
  await kubectl(['wait', '--for=delete', 'deployment/nats-operator', '-n', namespace, '--timeout=2m']);
}
