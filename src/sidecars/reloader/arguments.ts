import { constants } from 'node:os';
import { parseArgs } from 'node:util';

/** The options of the reloader. */
export interface ReloaderOptions {
  /** The file with the server's process ID. */
  readonly pidFile: string;
  /** The files whose changes reload the server. */
  readonly files: readonly string[];
  readonly signal: NodeJS.Signals;
  /** Maximum retries of an undeliverable signal before the reloader exits. */
  readonly maxRetries: number;
  /** Retry interval in milliseconds. */
  readonly retryWait: number;
}

export const usage = `nats-server-config-reloader -pid FILE -config FILE [-config FILE…]
  -pid, -P FILE            the PID file of nats-server
  -config, -c FILE         a file to watch; may be repeated
  -signal SIGNAL           the signal to send (default: SIGHUP)
  -max-retries N           maximum delivery retries (default: unlimited)
  -retry-wait-secs N       retry interval in seconds (default: 0.5)`;

/**
 * Parses the command line, compatible with the legacy operator's reloader: one dash or two, `-pid FILE` or `-pid=FILE`.
 *
 * @throws Error with a usage message
 */
export function parseArguments(words: readonly string[]): ReloaderOptions {
  const { values } = parseArgs({
    args: words.map(withTwoDashes),
    options: {
      pid: { type: 'string', short: 'P' },
      config: { type: 'string', short: 'c', multiple: true, default: [] },
      signal: { type: 'string', default: 'SIGHUP' },
      'max-retries': { type: 'string', default: 'Infinity' },
      'retry-wait-secs': { type: 'string', default: '0.5' },
    },
  });
  if (!values.pid) throw new Error('-pid is required: the PID file of nats-server');
  if (values.config.length === 0) throw new Error('-config is required: the files to watch');
  return {
    pidFile: values.pid,
    files: values.config,
    signal: toSignal(values.signal),
    maxRetries: toNumber('-max-retries', values['max-retries']),
    retryWait: toNumber('-retry-wait-secs', values['retry-wait-secs']) * 1000,
  };
}

/** Go accepts long flags with one dash. */
const withTwoDashes = (word: string): string => (/^-[a-z]{2}/.test(word) ? `-${word}` : word);

function toSignal(text: string): NodeJS.Signals {
  const name = text.startsWith('SIG') ? text : `SIG${text}`;
  if (!isSignal(name)) throw new Error(`-signal must be a signal such as SIGHUP, got ${text}`);
  return name;
}

const isSignal = (name: string): name is NodeJS.Signals => name in constants.signals;

function toNumber(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isNaN(number) || number < 0) throw new Error(`${flag} must be a non-negative number, got ${text}`);
  return number;
}
