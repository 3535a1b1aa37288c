import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clean, instanceHere, up } from '../../tools/local-cluster/lifecycle';
import { attempt } from '../../tools/toolchain/command';
import { say, step } from '../../tools/toolchain/progress';
import { runMain } from '../../tools/toolchain/run-main';
import { loadNatsImages } from '../image/nats-images';
import { projectRoot } from '../image/project-root';
import { deployOperator } from '../operator/deploy-operator';
import { localTarget } from '../start/local-target';
import { chaosVersions } from './spec-changes';

const NODES = 3;
const NAME = 'chaos';
const MOST_SEED = 2 ** 31;

/**
 * `npm run chaos [-- --minutes N] [--seed S] [--keep]`: faults in a local cluster of its own, as CONTRIBUTING.md describes. The exit code is 1 where an
 * invariant was violated; the cluster is left as it was then, and otherwise removed unless it is to be kept.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * MOST_SEED)) },
      keep: { type: 'boolean', default: false },
    },
  });
  const [minutes, seed] = [numberOf('minutes', values.minutes), numberOf('seed', values.seed)];
  say(`npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  process.env.CLUSTER_NAME ??= NAME;
  const code = await runInside(minutes, seed);
  const command = `CLUSTER_NAME=${process.env.CLUSTER_NAME} npm run cluster --`;
  if (code !== 0) say(`The cluster is as it was then: ${command} kubectl get pods -A; ${command} clean removes it`);
  else if (!values.keep) await step('cluster removed', () => clean(instanceHere()));
  return code;
}

function numberOf(name: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`--${name} must be a whole number, not ${value}`);
  return Number(value);
}

/** Deploys this checkout's operator to a new cluster, or the one that was kept, and injects faults from inside its network. */
async function runInside(minutes: number, seed: number): Promise<number> {
  const instance = instanceHere();
  await step('local cluster', () => up(instance, NODES));
  const target = await localTarget();
  const image = await step('operator image', target.provideImage);
  await step('server images', () => loadNatsImages(instance, chaosVersions));
  await step('operator ready', () => deployOperator(target.access, image));
  const program = join(projectRoot, 'scripts/chaos/inside.ts');
  const args = [require.resolve('tsx/cli'), program, String(minutes), String(seed)];
  const { command, args: all, env } = target.access.invocation(process.execPath, args);
  return (await attempt(command, all, { env, terminal: true })).code;
}

runMain(main);
