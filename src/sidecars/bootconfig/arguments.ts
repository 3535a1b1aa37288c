import { parseArgs } from 'node:util';

/** The options of bootconfig. */
export interface BootconfigOptions {
  /** The file for the address advertised to clients. */
  readonly clientFile: string;
  /** The file for the address advertised to gateways and leaf nodes. */
  readonly gatewayFile: string;
  /** The node label with the external address, for nodes without an ExternalIP. */
  readonly label: string;
}

export const usage = `nats-pod-bootconfig [-f FILE] [-gf FILE] [-t LABEL]
  -f FILE     output file of the address for clients (default: client_advertise.conf)
  -gf FILE    output file of the address for gateways and leaf nodes (default: gateway_advertise.conf)
  -t LABEL    node label with the external address, for nodes without an ExternalIP (default: nats.io/node-external-ip)
The environment variable KUBERNETES_NODE_NAME has the name of the node.`;

/**
 * Parses the command line, compatible with the legacy operator's program: one dash or two, `-f FILE` or `-f=FILE`.
 *
 * @throws Error with a usage message
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

/** Go accepts flags of any length with one dash. */
const withTwoDashes = (word: string): string => (/^-[a-z]/.test(word) ? `-${word}` : word);
