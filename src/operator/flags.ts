import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseScope, type Scope } from '../runtime/scope';

/** What the operator was asked to do on its command line. */
export interface Flags {
  /** The namespaces to look after; undefined stands for all. */
  readonly scope: Scope;
  readonly webhooks: boolean;
  /** Whether NatsClusters and NatsServiceRoles are reconciled. */
  readonly controllers: boolean;
  /** The Secret with the webhooks' certificate where somebody else makes it, as cert-manager. */
  readonly certificateSecret: string | undefined;
  /** A file with certificates in PEM form, one of which has to vouch for whoever asks the webhooks for a review; undefined where anyone may ask. */
  readonly clientCAFile: string | undefined;
  /** What the images of sidecars begin with, in NatsClusters that name none; empty stands for no registry. */
  readonly imageRepository: string;
  readonly logLevel: LogLevel;
  readonly webhookPort: number;
  readonly healthPort: number;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export const usage = `nats-operator [flags]
  --feature-gates=ClusterScoped=true   look after all namespaces, as the Go operator's flag of that name; default: some namespaces
  --namespaces=NAME[,NAME…]            the namespaces to look after (the pod's own, POD_NAMESPACE)
  --webhooks=true|false                admit NatsClusters and NatsServiceRoles (true for all namespaces, false for some)
  --controllers=true|false             reconcile NatsClusters and NatsServiceRoles (true); false where another process does, and this one admits alone
  --webhook-certificate-secret=NAME    a Secret with tls.crt, tls.key and ca.crt, as cert-manager makes it (the operator makes its own)
  --webhook-client-ca-file=FILE        only clients with a certificate of these authorities may ask the webhooks (anyone may)
  --image-repository=REPOSITORY        where sidecars come from that a NatsCluster names no image of: REPOSITORY-reloader, REPOSITORY-bootconfig (nats-operator)
  --log-level=LEVEL                    ${LOG_LEVELS.join(', ')} (info)
  --webhook-port=PORT                  HTTPS, for the API server (3000)
  --health-port=PORT                   HTTP: /healthz, /readyz and /metrics (8080)
  --help                               this text`;

const options = {
  'feature-gates': { type: 'string', default: '' },
  namespaces: { type: 'string', default: '' },
  webhooks: { type: 'string' },
  controllers: { type: 'string', default: 'true' },
  'webhook-certificate-secret': { type: 'string' },
  'webhook-client-ca-file': { type: 'string' },
  'image-repository': { type: 'string', default: '' },
  'log-level': { type: 'string', default: 'info' },
  'webhook-port': { type: 'string', default: '3000' },
  'health-port': { type: 'string', default: '8080' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the command line: one dash or two, `--webhooks=true` or `--webhooks true`.
 *
 * @param words without node and the program
 * @param podNamespace where the operator runs, as far as that is known
 * @returns undefined where help was asked for
 * @throws Error that says what is wrong with it
 */
export function parseFlags(words: readonly string[], podNamespace: string | undefined): Flags | undefined {
  const values = read(words);
  if (values.help) return undefined;
  const scope = toScope(isClusterScoped(values['feature-gates']), values.namespaces, podNamespace);
  const webhooks = values.webhooks === undefined ? scope === undefined : toBoolean('--webhooks', values.webhooks);
  const controllers = toBoolean('--controllers', values.controllers);
  if (!webhooks && !controllers)
    throw new Error('with --controllers=false and without webhooks there is nothing to do');
  return {
    scope,
    webhooks,
    controllers,
    certificateSecret: values['webhook-certificate-secret'],
    clientCAFile: values['webhook-client-ca-file'],
    imageRepository: values['image-repository'],
    logLevel: toLogLevel(values['log-level']),
    webhookPort: toPort('--webhook-port', values['webhook-port']),
    healthPort: toPort('--health-port', values['health-port']),
  };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function read(words: readonly string[]): Values {
  const args = words.map(withTwoDashes);
  const unknown = args.find(word => word.startsWith('--') && !(nameOf(word) in options));
  if (unknown !== undefined) throw new Error(`--${nameOf(unknown)} is no flag of nats-operator`);
  return parseArgs({ args, options }).values;
}

/** Go's flags are long with one dash too. */
const withTwoDashes = (word: string): string => (/^-[a-z]{2}/.test(word) ? `-${word}` : word);

const nameOf = (word: string): string => word.slice(2).split('=', 1)[0] ?? '';

/** Gates as Kubernetes writes them: `One=true,Other=false`. */
function isClusterScoped(gates: string): boolean {
  const given = gates.split(',').filter(gate => gate.trim() !== '');
  const known = given.map(gate => {
    const [name = '', value = ''] = gate.split('=').map(part => part.trim());
    if (name !== 'ClusterScoped') throw new Error(`--feature-gates: there is no gate ${name}, only ClusterScoped`);
    return toBoolean('--feature-gates=ClusterScoped', value);
  });
  return known.at(-1) ?? false;
}

function toScope(clusterScoped: boolean, namespaces: string, podNamespace: string | undefined): Scope {
  if (clusterScoped && namespaces !== '')
    throw new Error('--namespaces and --feature-gates=ClusterScoped=true exclude each other');
  if (clusterScoped) return undefined;
  const scope = parseScope(namespaces || podNamespace, '--namespaces');
  if (scope === undefined)
    throw new Error(
      'it is not known which namespaces to look after: set POD_NAMESPACE, --namespaces, or --feature-gates=ClusterScoped=true',
    );
  return scope;
}

function toBoolean(flag: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`${flag} is true or false, not "${text}"`);
  return text === 'true';
}

function toLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find(each => each === text);
  if (level === undefined) throw new Error(`--log-level is one of ${LOG_LEVELS.join(', ')}, not "${text}"`);
  return level;
}

function toPort(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${flag} is a port, not "${text}"`);
  return port;
}
