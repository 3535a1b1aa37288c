import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/chart';
import { NAMESPACE } from '../../../scripts/install/names';
import { attempt, run } from '../../../tools/toolchain/command';
import { helmCommand } from '../../../tools/toolchain/helm';
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

/** Uninstalls the operator as docs/install.md says. Nothing happens where helm has not installed one, whatever came by another way. */
export async function helmUninstall(namespace: string): Promise<void> {
  if (!(await isRelease(namespace))) return;
  const webhooks = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'].map(
    kind => `${kind}/nats-operator`,
  );
  const first = [...(namespace === NAMESPACE ? webhooks : []), 'deployment/nats-operator'];
  await kubectl(['delete', '--cascade=foreground', '--ignore-not-found', '-n', namespace, ...first]);
  await helm('uninstall', 'nats-operator', '-n', namespace, '--ignore-not-found');
}
