import type { Figure } from './figure';
import type { JetStreamRow } from './jetstream';

const HEAD = [
  'operation',
  'acknowledged',
  'lost',
  'stored twice',
  'published again',
  'more than once again',
  'longest pause',
];

/** The table of docs/benchmarks.md, as Markdown. */
export function jetStreamTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ from }) => from as unknown as JetStreamRow);
  const cells = new Map(rows.map(row => [row.operation, cellsOf(row)]));
  return [HEAD, HEAD.map(() => '---'), ...cells.values()].map(line => `| ${line.join(' | ')} |`).join('\n');
}

function cellsOf({ operation, longestPause, ...counts }: JetStreamRow): string[] {
  const { acknowledged, lost, storedTwice, retried, retriedTwice } = counts;
  const numbers = [acknowledged, lost, storedTwice, retried, retriedTwice].map(each => each.toLocaleString('en'));
  return [operation, ...numbers, `${(longestPause / 1000).toFixed(2)} s`];
}
