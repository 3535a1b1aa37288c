import { posix } from 'node:path';
import { textOf, type SecretContent } from '../../kubernetes/secret-content';
import { clientServiceName, ordinals, podHost, podName } from '../spec/names';
import { ports } from '../spec/ports';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import type { NoSystemUserReason, SystemUserKey } from '../spec/system-user';
import type { TlsFiles } from '../spec/tls-files';

/** How the servers of a cluster are connected to as its system user. */
export interface SystemAccess {
  /** `host:port` of servers, by names that their certificate has, in the order that they are tried in. */
  readonly servers: readonly string[];
  /** The seed of the user's nkey. Never to be logged, nor put into an Event or a status. */
  readonly seed: string;
  /**
   * Where clients need TLS: the certificates that servers are trusted by, if not those of public authorities, and what they are shown where they ask for a
   * certificate.
   */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/**
 * How the operator connects to the servers of a cluster; the reason why it can not, or undefined without `spec.jetstream`.
 *
 * By the Service first, whose name a certificate for clients has; then by the names of pods, of which some may not be ready. Where servers ask clients for a
 * certificate, they are shown their own: it depends on its issuer whether they take it.
 *
 * @param secrets those that the spec names
 */
export function systemAccess(
  { name, namespace, size, tls, systemUser }: ResolvedCluster,
  key: SystemUserKey | undefined,
  secrets: ReadonlyMap<string, SecretContent | undefined>,
): SystemAccess | NoSystemUserReason | undefined {
  if (systemUser?.kind !== 'nkey') return systemUser?.reason;
  if (key === undefined) return 'NoKey';
  const pods = ordinals(size).map(ordinal => podHost(name, namespace, podName(name, ordinal)));
  const hosts = [`${clientServiceName(name)}.${namespace}.svc`, ...pods];
  return {
    servers: hosts.map(host => `${host}:${ports.client}`),
    seed: key.seed,
    ...(tls.server === undefined
      ? {}
      : { tls: readTls(tls.server, tls.client.verify === true || tls.client.verifyAndMap, secrets) }),
  };
}

function readTls(
  files: TlsFiles,
  showsCertificate: boolean,
  secrets: ReadonlyMap<string, SecretContent | undefined>,
): NonNullable<SystemAccess['tls']> {
  const secret = secrets.get(files.secret) ?? {};
  const read = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : textOf(secret, posix.relative(files.folder, file));
  const [ca, cert, key] = [files.ca, files.cert, files.key].map(read);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(showsCertificate && cert !== undefined && key !== undefined ? { cert, key } : {}),
  };
}
