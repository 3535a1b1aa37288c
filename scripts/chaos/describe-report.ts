import type { ChaosReport } from './driver';

/** What a run came to; of one that failed, with all that happened in it, and how to repeat it. */
export function describeReport({ bursts, messages, violations, timeline }: ChaosReport, seed: number): string {
  const counts = Object.entries(messages).map(
    ([stream, { acknowledged, redelivered }]) =>
      `  ${stream}: ${acknowledged} messages acknowledged, ${redelivered} delivered again`,
  );
  const title = `seed ${seed}: ${bursts} bursts of faults, ${violations.length} invariants violated`;
  if (violations.length === 0) return [title, ...counts].join('\n');
  return [title, ...counts, '', timeline, '', ...violations.map(each => `✗ ${each}`)].join('\n');
}
