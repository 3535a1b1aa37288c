import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseScope, type Scope } from '../runtime/scope';

/** The options of the command line. */
export interface Flags {
  /** The namespaces to manage; undefined for all. */
  readonly scope: Scope;
  readonly webhooks: boolean;
  /** Whether to reconcile NatsClusters and NatsServiceRoles. */
  readonly controllers: boolean;
  /** The Secret of a webhook certificate managed externally, as by cert-manager. */
  readonly certificateSecret: string | undefined;
  /** A PEM file with the CAs of clients that may request reviews; undefined to allow all clients. */
  readonly clientCAFile: string | undefined;
  /** Repository prefix of the default sidecar images; empty for the built-in one. */
  readonly imageRepository: string;
  readonly logLevel: LogLevel;
  readonly webhookPort: number;
  readonly healthPort: number;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export const usage = `nats-operator [flags]
  --feature-gates=ClusterScoped=true   manage all namespaces, as the legacy operator's flag; default: only those of --namespaces
  --namespaces=NAME[,NAME…]            the namespaces to manage (default: that of the pod, POD_NAMESPACE)
  --webhooks=true|false                serve the admission webhooks (default: true if ClusterScoped, else false)
  --controllers=true|false             reconcile NatsClusters and NatsServiceRoles (default: true); false to serve only the webhooks
  --webhook-certificate-secret=NAME    a Secret with tls.crt, tls.key and ca.crt, as from cert-manager (default: a self-signed certificate)
  --webhook-client-ca-file=FILE        require webhook clients to have a certificate from these CAs (default: not required)
  --image-repository=REPOSITORY        default sidecar images: REPOSITORY-reloader, REPOSITORY-bootconfig (default: nats-operator)
  --log-level=LEVEL                    ${LOG_LEVELS.join(', ')} (default: info)
  --webhook-port=PORT                  HTTPS port of the webhooks (default: 3000)
  --health-port=PORT                   HTTP port of /healthz, /readyz and /metrics (default: 8080)
  --help                               show this help`;

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
 * Parses the command line: one dash or two, `--webhooks=true` or `--webhooks true`.
 *
 * @param words arguments without node and the program
 * @param podNamespace the namespace of the operator, if known
 * @returns undefined for --help
 * @throws Error with a usage message
 */
export function parseFlags(words: readonly string[], podNamespace: string | undefined): Flags | undefined {
  const values = read(words);
  if (values.help) return undefined;
  const scope = toScope(isClusterScoped(values['feature-gates']), values.namespaces, podNamespace);
  const webhooks = values.webhooks === undefined ? scope === undefined : toBoolean('--webhooks', values.webhooks);
  const controllers = toBoolean('--controllers', values.controllers);
  if (!webhooks && !controllers) throw new Error('--controllers=false requires --webhooks=true');
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
  if (unknown !== undefined) throw new Error(`unknown flag: --${nameOf(unknown)}`);
  return parseArgs({ args, options }).values;
}

/** Go accepts long flags with one dash. */
const withTwoDashes = (word: string): string => (/^-[a-z]{2}/.test(word) ? `-${word}` : word);

const nameOf = (word: string): string => word.slice(2).split('=', 1)[0] ?? '';

/** Parses feature gates as Kubernetes does: `One=true,Other=false`. */
function isClusterScoped(gates: string): boolean {
  const given = gates.split(',').filter(gate => gate.trim() !== '');
  const known = given.map(gate => {
    const [name = '', value = ''] = gate.split('=').map(part => part.trim());
    if (name !== 'ClusterScoped')
      throw new Error(`--feature-gates: unknown feature gate ${name}, must be ClusterScoped`);
    return toBoolean('--feature-gates=ClusterScoped', value);
  });
  return known.at(-1) ?? false;
}

function toScope(clusterScoped: boolean, namespaces: string, podNamespace: string | undefined): Scope {
  if (clusterScoped && namespaces !== '')
    throw new Error('--namespaces and --feature-gates=ClusterScoped=true are mutually exclusive');
  if (clusterScoped) return undefined;
  const scope = parseScope(namespaces || podNamespace, '--namespaces');
  if (scope === undefined)
    throw new Error('no namespaces to manage: set POD_NAMESPACE, --namespaces, or --feature-gates=ClusterScoped=true');
  return scope;
}

function toBoolean(flag: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`${flag} must be true or false, got "${text}"`);
  return text === 'true';
}

function toLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find(each => each === text);
  if (level === undefined) throw new Error(`--log-level must be one of ${LOG_LEVELS.join(', ')}, got "${text}"`);
  return level;
}

function toPort(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${flag} must be a port number, got "${text}"`);
  return port;
}
