import { parseArgs } from 'node:util';
import { describeFigure, type Figure } from './figure';
import { measures, parseNames, type Measure, type MeasureName } from './measures';
import { loadNatsImages } from '../image/nats-images';
import { type ClusterAccess, runFor } from '../operator/cluster-access';
import { deployOperator } from '../operator/deploy-operator';
import { comeForward, standAside } from '../operator/deployed-operator';
import { localTarget } from '../start/local-target';
import type { ClusterTarget } from '../start/target';
import { instanceHere, up } from '../../tools/local-cluster/lifecycle';
import { say, step } from '../../tools/toolchain/progress';
import { messageOf, runMain } from '../../tools/toolchain/run-main';

/** No measure takes longer, in milliseconds. */
const LIMIT = 3_600_000;

/**
 * `npm run bench [-- --only NAME[,NAME…]] [--rounds N] [--check]`: what docs/benchmarks.md describes, of this checkout's operator. A line for each figure as it
 * comes, all of them as JSON on standard output at the end. With --check it fails where one is not within its bound.
 */
async function main(): Promise<void> {
  const { only, rounds, check } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      check: { type: 'boolean', default: false },
    },
  }).values;
  const names = parseNames(only);
  const figures = [...(await takeBeside(names, Number(rounds))), ...(await takeDeployed(names, Number(rounds)))];
  process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  if (check && figures.some(({ ok }) => !ok)) process.exitCode = 1;
}

/** Those that count, not time, what an idle operator needs go on while others are taken. */
async function takeBeside(names: readonly MeasureName[], rounds: number): Promise<Figure[]> {
  const creation = names.includes('creation') ? await take('creation', rounds) : [];
  const [memory, idle] = await Promise.all([
    names.includes('memory') ? take('memory', rounds) : [],
    names.includes('idle') ? takeIdle(rounds) : [],
  ]);
  return [...creation, ...memory, ...idle];
}

async function takeIdle(rounds: number): Promise<readonly Figure[]> {
  const { access } = await step('local cluster', localTarget);
  await standAside(access);
  try {
    return await take('idle', rounds, access);
  } finally {
    await comeForward(access);
  }
}

async function takeDeployed(names: readonly MeasureName[], rounds: number): Promise<Figure[]> {
  const wanted = names.filter(name => measures[name].isDeployed);
  if (wanted.length === 0) return [];
  const target: ClusterTarget = await step('local cluster', async () => targetFor(wanted));
  const image = await step('operator image', target.provideImage);
  await step('operator ready', () => deployOperator(target.access, image));
  const figures: Figure[] = [];
  for (const name of wanted) figures.push(...(await take(name, rounds, target.access)));
  return figures;
}

/** The local cluster with the nodes and servers that the measures need. */
async function targetFor(names: readonly MeasureName[]): Promise<ClusterTarget> {
  for (const name of names) {
    const { needs }: Measure = measures[name];
    if (needs === undefined) continue;
    await up(instanceHere(), needs.nodes);
    await loadNatsImages(instanceHere(), needs.versions);
  }
  return localTarget();
}

/**
 * A measure that fails leaves the others their figures.
 *
 * @param cluster where it is to be taken inside of the local cluster's network
 */
async function take(name: MeasureName, rounds: number, cluster?: ClusterAccess): Promise<readonly Figure[]> {
  try {
    const figures = await step(name, async () => measure(name, rounds, cluster));
    const { describe }: Measure = measures[name];
    figures.forEach(each => say(`  ${describeFigure(each)}`));
    if (describe !== undefined) say(describe(figures));
    return figures;
  } catch (error) {
    say(messageOf(error));
    process.exitCode = 1;
    return [];
  }
}

async function measure(name: MeasureName, rounds: number, cluster?: ClusterAccess): Promise<readonly Figure[]> {
  if (cluster === undefined) return measures[name].measure(rounds);
  const args = ['tsx', 'scripts/bench/inside.ts', name, String(rounds)];
  return JSON.parse(await runFor(cluster, 'npx', args, { timeoutMs: LIMIT })) as readonly Figure[];
}

runMain(main);
