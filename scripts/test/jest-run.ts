import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Invocation } from '../../tools/local-cluster/inside';
import { projectRoot } from '../image/project-root';
import { say } from '../../tools/toolchain/progress';
import { runGroup } from './process-group';
import { brokenTier, tierResult, type JestReport, type TierResult } from './report';

export interface JestRun {
  /** The jest project: a tier of that name, or a part of one. */
  readonly project: string;
  /** Patterns of the files to run; all of the tier's when there are none. */
  readonly files: readonly string[];
  /** How many files of tests run at once. */
  readonly workers: number;
  /** How the command is started so that it is where it has to be. */
  readonly place: (command: string, args: readonly string[]) => Invocation;
  /** Tests in the foreground are not to notice it: it yields to them, and shows jest's output when it has ended. */
  readonly isBeside?: boolean;
  /** Further variables of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

const FOLDER = join(projectRoot, '.work/test');

/** After how many minutes the tests of a project are killed and count as failed: several times what they take on two cores, with what has to be built at first. */
function minutesOf(project: string): number {
  const limits: Readonly<Record<string, number>> = { unit: 20, golden: 10, rights: 10 };
  return limits[project] ?? 45;
}

/** Here and now: no other network, no other variables. */
export function here(command: string, args: readonly string[]): Invocation {
  return { command, args, env: {} };
}

/** Runs the tests of one project, showing jest's own output, and returns what jest's report says. It ends in time, whatever the tests do. */
export async function runJest(jestRun: JestRun): Promise<TierResult> {
  const { project, files, workers, place, isBeside = false, variables } = jestRun;
  await mkdir(FOLDER, { recursive: true });
  const report = join(FOLDER, `${project}.json`);
  await rm(report, { force: true });
  const options = [`--selectProjects=${project}`, '--json', `--outputFile=${report}`];
  // Patterns may be of another tier; without any, a tier without tests is a mistake.
  const patterns = files.length === 0 ? [] : ['--passWithNoTests', ...files];
  const { command, args, env } = place(process.execPath, [
    require.resolve('jest/bin/jest'),
    ...options,
    `--maxWorkers=${workers}`,
    ...patterns,
  ]);
  const begin = Date.now();
  const [program = command, ...rest] = isBeside ? ['nice', '-n', '19', command, ...args] : [command, ...args];
  const { code, output, trouble } = await runGroup(program, rest, {
    cwd: projectRoot,
    env: { ...env, ...variables },
    isCollected: isBeside,
    isBackground: isBeside,
    limitMs: minutesOf(project) * 60_000,
    // Jest writes it when all tests have run, and all is torn down.
    isDone: () => existsSync(report),
  });
  if (isBeside) say(output);
  const seconds = (Date.now() - begin) / 1000;
  if (!existsSync(report))
    return brokenTier(project, seconds, trouble ?? `jest ended with ${code} before it had run a test`);
  const result = tierResult(project, seconds, JSON.parse(readFileSync(report, 'utf8')) as JestReport);
  if (trouble !== undefined) return withFailure(result, `jest: ${trouble}`);
  return code !== 0 && result.failed === 0 ? withFailure(result, `jest ended with ${code}`) : result;
}

/** Jest fails for other reasons too, as a teardown that throws: that must not be lost. */
function withFailure(result: TierResult, failure: string): TierResult {
  return { ...result, failed: result.failed + 1, failures: [...result.failures, failure] };
}
