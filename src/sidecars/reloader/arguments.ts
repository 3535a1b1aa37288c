import { constants } from 'node:os';
import { parseArgs } from 'node:util';

/** What the reloader was asked to do. */
export interface ReloaderOptions {
  /** Where the server writes its process id. */
  readonly pidFile: string;
  /** The files whose change makes the server read its configuration again. */
  readonly files: readonly string[];
  readonly signal: NodeJS.Signals;
  /** How often a signal that can't be delivered is tried again before the reloader gives up. */
  readonly maxRetries: number;
  /** Milliseconds between two such tries. */
  readonly retryWait: number;
}

export const usage = `nats-server-config-reloader -pid FILE -config FILE [-config FILE…]
  -pid, -P FILE            where the server writes its process id
  -config, -c FILE         a file to watch; may be repeated
  -signal SIGNAL           what is sent (SIGHUP)
  -max-retries N           tries to deliver it before giving up (unlimited)
  -retry-wait-secs N       seconds between two tries (0.5)`;

/**
 * Reads the command line of the reloader that the Go operator ran: one dash or two, `-pid FILE` or `-pid=FILE`.
 *
 * @throws Error that says what is wrong with it
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
  if (!values.pid) throw new Error('-pid is missing: the file that the server writes its process id into');
  if (values.config.length === 0) throw new Error('-config is missing: the files to watch');
  return {
    pidFile: values.pid,
    files: values.config,
    signal: toSignal(values.signal),
    maxRetries: toNumber('-max-retries', values['max-retries']),
    retryWait: toNumber('-retry-wait-secs', values['retry-wait-secs']) * 1000,
  };
}

/** Go's flags are long with one dash too. */
const withTwoDashes = (word: string): string => (/^-[a-z]{2}/.test(word) ? `-${word}` : word);

function toSignal(text: string): NodeJS.Signals {
  const name = text.startsWith('SIG') ? text : `SIG${text}`;
  if (!isSignal(name)) throw new Error(`-signal ${text} is not a signal, such as SIGHUP`);
  return name;
}

const isSignal = (name: string): name is NodeJS.Signals => name in constants.signals;

function toNumber(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isNaN(number) || number < 0) throw new Error(`${flag} ${text} is not a number from 0`);
  return number;
}
