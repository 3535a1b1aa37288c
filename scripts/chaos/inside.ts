import { say } from '../../tools/toolchain/progress';
import { messageOf } from '../../tools/toolchain/run-main';
import { kubectl } from '../../test/cluster/support/kubectl';
import { describeReport } from './describe-report';
import { runChaos } from './driver';

const NAME = 'chaos';
const VERSION = '2.12.15';

/** Runs in the local cluster's network: `inside.ts MINUTES SEED`. The exit code is 1 where an invariant was violated. */
async function main(minutes: number, seed: number): Promise<number> {
  const cluster = { namespace: NAME, name: NAME };
  // What a run that was kept has left.
  await kubectl(['delete', 'namespace', NAME, '--ignore-not-found', '--timeout=110s']);
  await kubectl(['create', 'namespace', NAME]);
  const end = Date.now() + minutes * 60_000;
  const report = await runChaos({ seed, version: VERSION, cluster, isEnough: () => Date.now() > end });
  process.stdout.write(`${describeReport(report, seed)}\n`);
  return report.violations.length === 0 ? 0 : 1;
}

const [minutes, seed] = process.argv.slice(2).map(Number);
main(minutes ?? NaN, seed ?? NaN).then(
  // Kept connections would hold the process for a while.
  code => process.exit(code),
  (error: unknown) => {
    say(messageOf(error));
    process.exit(1);
  },
);
