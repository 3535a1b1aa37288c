import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Invocation } from '../cluster/inside';
import { projectRoot } from '../image/project-root';
import { attempt } from '../toolchain/command';
import { brokenTier, tierResult, type JestReport, type TierResult } from './report';
import type { Tier } from './tiers';

export interface JestRun {
  readonly tier: Exclude<Tier, 'check'>;
  /** Patterns of the files to run; all of the tier's when there are none. */
  readonly files: readonly string[];
  /** Test files one after the other, for they share what they test against. */
  readonly serial: boolean;
  /** How the command is started so that it is where it has to be. */
  readonly place: (command: string, args: readonly string[]) => Invocation;
}

const FOLDER = join(projectRoot, '.work/test');

/** Here and now: no other network, no other variables. */
export function here(command: string, args: readonly string[]): Invocation {
  return { command, args, env: {} };
}

/** Runs the tests of one tier, showing jest's own output, and returns what jest's report says. */
export async function runJest({ tier, files, serial, place }: JestRun): Promise<TierResult> {
  await mkdir(FOLDER, { recursive: true });
  const report = join(FOLDER, `${tier}.json`);
  await rm(report, { force: true });
  const options = [`--selectProjects=${tier}`, '--json', `--outputFile=${report}`];
  // Patterns may be of another tier; without any, a tier without tests is a mistake.
  const patterns = files.length === 0 ? [] : ['--passWithNoTests', ...files];
  // Jest's own choice leaves a core free, which on two cores is every other one.
  const order = serial ? '--runInBand' : `--maxWorkers=${availableParallelism()}`;
  const { command, args, env } = place(process.execPath, [
    require.resolve('jest/bin/jest'),
    ...options,
    order,
    ...patterns,
  ]);
  const begin = Date.now();
  const { code } = await attempt(command, args, { cwd: projectRoot, env, terminal: true });
  const seconds = (Date.now() - begin) / 1000;
  if (!existsSync(report)) return brokenTier(tier, seconds, `jest ended with ${code} before it had run a test`);
  const result = tierResult(tier, seconds, JSON.parse(readFileSync(report, 'utf8')) as JestReport);
  return code !== 0 && result.failed === 0 ? { ...result, ...brokenOnly(result, code) } : result;
}

/** Jest fails for other reasons too, as a teardown that throws: that must not be lost. */
function brokenOnly({ failures }: TierResult, code: number): Pick<TierResult, 'failed' | 'failures'> {
  return { failed: 1, failures: [...failures, `jest ended with ${code}`] };
}
