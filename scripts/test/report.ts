import { stripVTControlCharacters } from 'node:util';

/** What of jest's `--json` report is read here. @see https://jestjs.io/docs/configuration#testresultsprocessor-string */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly AssertionResult[];
  }[];
}

interface AssertionResult {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[];
}

/** How a tier has ended. */
export interface TierResult {
  readonly tier: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What failed, by name, with the beginning of the reason: a long log may be cut before its end. */
  readonly failures: readonly string[];
}

/** A file that could not even be loaded counts as one failed test. */
export function tierResult(tier: string, seconds: number, { testResults }: JestReport): TierResult {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(hasFailed),
  );
  return {
    tier,
    seconds,
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(hasFailed).length + broken.length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').length,
    failures: [
      ...tests.filter(hasFailed).map(({ fullName, failureMessages = [] }) => withReason(fullName, failureMessages)),
      ...broken.map(({ name, message }) => withReason(name, [message])),
    ],
  };
}

/** Lines of a reason that the summary shows: enough for a comparison of two values. */
const REASON_LINES = 16;

function withReason(name: string, messages: readonly string[]): string {
  const lines = stripVTControlCharacters(messages.join('\n'))
    .split('\n')
    .filter(line => line.trim() !== '' && !line.trimStart().startsWith('at '));
  return [name, ...lines.slice(0, REASON_LINES).map(line => `      ${line}`)].join('\n');
}

/** A tier whose tests could not be started at all: one failure. */
export function brokenTier(tier: string, seconds: number, why: string): TierResult {
  return { tier, seconds, passed: 0, failed: 1, skipped: 0, failures: [why] };
}

/** In CI nothing may be left out: what was skipped has failed. */
export function withoutSkips(result: TierResult): TierResult {
  const { skipped, failed, failures } = result;
  if (skipped === 0) return result;
  return {
    ...result,
    skipped: 0,
    failed: failed + skipped,
    failures: [...failures, `${skipped} skipped, which CI=true forbids`],
  };
}

/** The summary: a line a tier, the failures, and last `N passed, N failed`. */
export function summary(results: readonly TierResult[]): string {
  const sum = (count: (result: TierResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const lines = results.map(
    ({ tier, passed, failed, skipped, seconds }) =>
      `  ${tier.padEnd(8)} ${counts(passed, failed, skipped)}, ${seconds.toFixed(0)} s`,
  );
  const failures = results.flatMap(result => result.failures.map(failure => `  ✗ ${result.tier}: ${failure}`));
  const total = counts(
    sum(({ passed }) => passed),
    sum(({ failed }) => failed),
    sum(({ skipped }) => skipped),
  );
  return [...lines, ...failures, total].join('\n');
}

function counts(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function hasFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}
