import { parseArgs } from 'node:util';

/** What bootconfig was asked to do. */
export interface BootconfigOptions {
  /** The file for the address that clients are told. */
  readonly clientFile: string;
  /** The file for the address that gateways and leaf nodes are told. */
  readonly gatewayFile: string;
  /** The label of a node that holds its external address, where the node lists none. */
  readonly label: string;
}

export const usage = `nats-pod-bootconfig [-f FILE] [-gf FILE] [-t LABEL]
  -f FILE     where the address for clients is written (client_advertise.conf)
  -gf FILE    where the address for gateways and leaf nodes is written (gateway_advertise.conf)
  -t LABEL    the node's label with its external address, where it lists none (nats.io/node-external-ip)
The variable KUBERNETES_NODE_NAME names the node.`;

/**
 * Reads the command line of the program that the Go operator ran: one dash or two, `-f FILE` or `-f=FILE`.
 *
 * @throws Error that says what is wrong with it
 */
export function parseArguments(words: readonly string[]): BootconfigOptions {
  const { values } = parseArgs({
    args: words.map(withTwoDashes),
    options: {
      f: { type: 'string', default: 'client_advertise.conf' },
      gf: { type: 'string', default: 'gateway_advertise.conf' },
      t: { type: 'string', default: 'nats.io/node-external-ip' },
    },
  });
  return { clientFile: values.f, gatewayFile: values.gf, label: values.t };
}

/** Go's flags have as many letters as they like after one dash. */
const withTwoDashes = (word: string): string => (/^-[a-z]/.test(word) ? `-${word}` : word);
