import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../image/project-root';
import { runChecks } from './checks';
import { localObstacle, runInContext, runInLocalCluster } from './cluster-tier';
import { here, runJest } from './jest-run';
import { brokenTier, summary, withoutSkips, type TierResult } from './report';
import { selectTiers, tiers, type Tier } from './tiers';
import { say } from '../../tools/toolchain/progress';
import { messageOf, runMain } from '../../tools/toolchain/run-main';

const usage = `npm test                          everything
npm test -- --tier unit,api       some tiers of ${tiers.join(', ')}
npm test -- test/unit/conf        some files
npm test -- --keep test/cluster   leaves the tests' cluster for the next run with --keep, instead of a new one each time
npm test -- --context NAME        the cluster tier against that context of your kubeconfig, from where its pods are within reach
`;

interface Wish {
  readonly tiers: readonly Tier[];
  readonly files: readonly string[];
  readonly context: string | undefined;
  readonly keep: boolean;
}

const isCi = process.env.CI === 'true';

/** `npm test`: every tier, whatever becomes of the others; the last line counts. Returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tier: { type: 'string' },
      context: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { context, keep } = values;
  const wish = { tiers: selectTiers(values.tier, positionals), files: positionals, context, keep };
  const ended = await runTiers(wish);
  const results = isCi ? ended.map(withoutSkips) : ended;
  const text = summary(results);
  process.stdout.write(`${text}\n`);
  writeFileSync(join(projectRoot, '.work/test-summary'), `${text}\n`);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** First what answers in seconds. Of the cluster's time the last half is spent waiting, for pods and for Leases: what is left runs then, beside it. */
async function runTiers(wish: Wish): Promise<TierResult[]> {
  const interruption = new AbortController();
  // It is passed on to the tests, which end; what is to be tidied is tidied.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());
  const runTier = async (tier: Tier, work: () => Promise<TierResult[]>): Promise<TierResult[]> => {
    if (!wish.tiers.includes(tier) || interruption.signal.aborted) return [];
    say(`● ${tier}`);
    return work().catch((error: unknown) => [brokenTier(tier, 0, messageOf(error))]);
  };
  const runHere = async (project: Tier, isBeside: boolean): Promise<TierResult[]> => {
    const jestRun = { project, files: wish.files, workers: workersOf(project), place: here, isBeside };
    return runTier(project, async () => [await runJest(jestRun)]);
  };
  const isBeside = wish.tiers.includes('cluster');
  const runRest = async (): Promise<TierResult[]> => [
    ...(await runTier('check', async () => [await runChecks()])),
    ...(await runHere('nats', isBeside)),
    ...(await runHere('api', isBeside)),
  ];
  const fast = [...(await runHere('unit', false)), ...(await runHere('golden', false))];
  let beginRest = (): void => undefined;
  const rest = new Promise<void>(resolve => (beginRest = resolve)).then(runRest);
  // In CI it does not matter when it ends, but that nothing takes the processor from servers that have to answer in time.
  const onceAlone = isCi ? (): void => undefined : beginRest;
  const cluster = await runTier('cluster', async () => runCluster(wish, onceAlone));
  beginRest();
  return [...fast, ...(await rest), ...cluster];
}

/** `onceAlone` is called when what runs side by side in the cluster has ended, if it comes to that. */
async function runCluster({ files, context, keep }: Wish, onceAlone: () => void): Promise<TierResult[]> {
  const run = { files, onceAlone };
  if (context !== undefined) return runInContext(context, run);
  const obstacle = await localObstacle();
  if (obstacle === undefined) return runInLocalCluster(run, keep);
  if (isCi) return [brokenTier('cluster', 0, obstacle)];
  say(`SKIPPED: the cluster tier. ${obstacle.replace('npm start', 'npm test')}`);
  return [{ tier: 'cluster', seconds: 0, passed: 0, failed: 0, skipped: 0, failures: [] }];
}

/** Files of tests at once. Those with an API server wait most of their time, for Leases above all. */
function workersOf(tier: Tier): number {
  return availableParallelism() * (tier === 'api' ? 2 : 1);
}

runMain(main);
