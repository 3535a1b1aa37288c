import { quantile } from './quantile';

/** What a measure came to, beside what it may come to. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  /** Whether the value keeps to the bound: it may not be more. */
  readonly ok: boolean;
  /** Where the value comes from: samples, and what they are compared with. */
  readonly from: Readonly<Record<string, unknown>>;
}

export function figure(
  what: string,
  { value, bound, unit }: Pick<Figure, 'value' | 'bound' | 'unit'>,
  from: Figure['from'],
): Figure {
  return { what, value: rounded(value), bound: rounded(bound), unit, ok: value <= bound, from };
}

/** One line for whoever waits. */
export const describeFigure = ({ what, value, bound, unit, ok }: Figure): string =>
  `${ok ? '✓' : '✗'} ${what}: ${value}${unit} (at most ${bound}${unit})`;

/** The median and what is around it, for samples to be read at a glance. */
export function spread(samples: readonly number[]): Readonly<Record<string, number>> {
  const at = (share: number): number => rounded(quantile(samples, share));
  return { count: samples.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export const rounded = (value: number): number => Math.round(value * 100) / 100;
