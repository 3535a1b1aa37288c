import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from './image/project-root';
import { runChecks } from './test/checks';
import { localObstacle, runInContext, runInLocalCluster } from './test/cluster-tier';
import { here, runJest } from './test/jest-run';
import { brokenTier, summary, withoutSkips, type TierResult } from './test/report';
import { selectTiers, tiers, type Tier } from './test/tiers';
import { say } from './toolchain/progress';

const usage = `npm test                          everything
npm test -- --tier unit,api       some tiers of ${tiers.join(', ')}
npm test -- test/unit/conf        some files
npm test -- --context NAME        the cluster tier against that context of your kubeconfig, from where its pods are within reach
`;

interface Wish {
  readonly tiers: readonly Tier[];
  readonly files: readonly string[];
  readonly context: string | undefined;
}

const isCi = process.env.CI === 'true';

/** `npm test`: the checks, and meanwhile the tiers, one after the other, whatever becomes of the earlier ones; the last line counts. Returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tier: { type: 'string' }, context: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const wish = { tiers: selectTiers(values.tier, positionals), files: positionals, context: values.context };
  const checking = wish.tiers.includes('check') ? [runChecks()] : [];
  const ended = await runTiers(wish);
  const results = [...(await Promise.all(checking)), ...ended];
  const text = summary(results);
  process.stdout.write(`${text}\n`);
  writeFileSync(join(projectRoot, '.work/test-summary'), `${text}\n`);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

async function runTiers(wish: Wish): Promise<TierResult[]> {
  const interruption = new AbortController();
  // The tests in the foreground get the same signal and end; what is to be tidied is tidied.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());
  const results: TierResult[] = [];
  for (const tier of wish.tiers) {
    if (tier === 'check' || interruption.signal.aborted) continue;
    say(`● ${tier}`);
    const ended = await runTier(tier, wish);
    results.push(...(isCi ? ended.map(withoutSkips) : ended));
  }
  return results;
}

async function runTier(tier: Exclude<Tier, 'check'>, { files, context }: Wish): Promise<TierResult[]> {
  try {
    if (tier !== 'cluster') return [await runJest({ project: tier, files, workers: workersOf(tier), place: here })];
    if (context !== undefined) return await runInContext(context, files);
    const obstacle = await localObstacle();
    if (obstacle === undefined) return await runInLocalCluster(files);
    if (isCi) return [brokenTier(tier, 0, obstacle)];
    say(`SKIPPED: the cluster tier. ${obstacle.replace('npm start', 'npm test')}`);
    return [{ tier, seconds: 0, passed: 0, failed: 0, skipped: 0, failures: [] }];
  } catch (error) {
    return [brokenTier(tier, 0, error instanceof Error ? error.message : String(error))];
  }
}

/** Files of tests at once. Those with an API server wait most of their time, for Leases above all. */
function workersOf(tier: Tier): number {
  return availableParallelism() * (tier === 'api' ? 2 : 1);
}

main().then(
  code => (process.exitCode = code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
