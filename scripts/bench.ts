import { parseArgs } from 'node:util';
import { deployOperator } from './operator/deploy-operator';
import { runFor } from './operator/cluster-access';
import { localTarget } from './start/local-target';
import { say, step } from './toolchain/progress';

/**
 * `npm run bench [-- --rounds N]`: what docs/benchmarks.md describes, measured with this checkout's operator in its local cluster. The figures
 * go to standard output as JSON; how loaded the machine is shows in their spread.
 */
async function main(): Promise<void> {
  const { rounds } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } }).values;
  const target = await step('local cluster', localTarget);
  const image = await step('operator image', target.provideImage);
  await step('operator ready', () => deployOperator(target.access, image));
  const measured = await step('measures', () =>
    runFor(target.access, 'npx', ['tsx', 'scripts/bench/inside.ts', rounds], { timeoutMs: 3_600_000 }),
  );
  process.stdout.write(measured);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
