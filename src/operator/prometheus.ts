import { Gauge, type Registry } from 'prom-client';

/** The value of the label `controller`: this process has one controller. */
export const CONTROLLER = 'natscluster';

/** The buckets of client-go's work queues, in seconds: 10 ns to 1000 s. */
export const EXPONENTIAL_BUCKETS = Array.from({ length: 12 }, (_, exponent) => Number(`1e${exponent - 8}`));

/**
 * Registers a gauge that is read at each scrape; absent while its value is undefined.
 *
 * @param labels constant labels
 */
export function registerGauge(
  registry: Registry,
  name: string,
  help: string,
  value: () => number | undefined,
  labels: Readonly<Record<string, string>> = {},
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
    collect: () => {
      const current = value();
      if (current === undefined) gauge.remove(labels);
      else gauge.set(labels, current);
    },
  });
}
