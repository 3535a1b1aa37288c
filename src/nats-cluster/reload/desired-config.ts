import type { V1Pod } from '@kubernetes/client-node';
import { createHash, X509Certificate } from 'node:crypto';
import { posix } from 'node:path';
import { parseConf } from '../../nats/conf/parse';
import { serverDigest } from '../../nats/conf/server-digest';
import { includedName } from '../config/server-name';
import { configSecretName } from '../spec/names';
import { findChild } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import type { Observed } from '../observed';
import { ownField } from '../../json/own-field';
import { textOf, type SecretContent } from '../../kubernetes/secret-content';
import { tlsConnections, type TlsConnection, type TlsFiles } from '../spec/tls-files';
import { configFileOf, natsContainerOf } from '../rollout/restart-reason';

/** The configuration that a server has to reload, in the three ways that it can be verified by. */
export interface DesiredConfig {
  /** The digest of all mounted files, for the reload request. */
  readonly digest: string;
  /** The digest that a server from 2.11 on reports; undefined if it cannot be predicted. */
  readonly serverDigest: string | undefined;
  /** The SHA-256 fingerprints of the certificates that its ports have to present. */
  readonly certificates: ReadonlyMap<TlsConnection, string>;
}

/** The part of a resolved cluster that a reload depends on. */
export interface ReloadTarget extends Pick<ResolvedCluster, 'name' | 'useServerName'> {
  readonly tls: Readonly<Partial<Record<TlsConnection, TlsFiles>>>;
  readonly pod: Pick<ResolvedCluster['pod'], 'reloads'>;
}

/**
 * The desired configuration of the pod's server; undefined if it reads no file of the operator.
 *
 * @param files the desired content of the configuration Secret
 */
export function desiredConfig(
  pod: V1Pod,
  files: Readonly<Record<string, string>>,
  model: ReloadTarget,
  observed: Observed,
): DesiredConfig | undefined {
  const text = ownField(files, posix.basename(configFileOf(natsContainerOf(pod)) ?? ''));
  const conf = text === undefined ? undefined : parseConf(text);
  if (text === undefined || conf === undefined) return undefined;
  const tls = tlsConnections.flatMap(connection => withContent(connection, model.tls[connection], observed));
  return {
    digest: saltedDigest(model, observed, [text, tls.map(({ secret }) => [secret.data])]),
    serverDigest: serverDigest(conf, model.useServerName ? {} : includedName(pod.metadata?.name ?? '')),
    certificates: new Map(tls.flatMap(certificateOf)),
  };
}

interface MountedCertificate {
  readonly connection: TlsConnection;
  readonly files: TlsFiles;
  readonly secret: SecretContent;
}

function withContent(
  connection: TlsConnection,
  files: TlsFiles | undefined,
  { secrets }: Observed,
): MountedCertificate[] {
  const secret = files && secrets?.get(files.secret);
  return files === undefined || secret === undefined ? [] : [{ connection, files, secret }];
}

/** The certificate may also be a file that the user mounts. */
function certificateOf({ connection, files, secret }: MountedCertificate): [TlsConnection, string][] {
  const key = posix.relative(files.folder, files.cert);
  const text = textOf(secret, key);
  if (text === undefined) return [];
  try {
    return [[connection, new X509Certificate(text).fingerprint256]];
  } catch {
    return [];
  }
}

/**
 * Readers of pods who may not read Secrets must not be able to try passwords against the digest: the uid of a Secret is
 * random, and only readable with the Secret.
 */
function saltedDigest({ name }: ReloadTarget, { children }: Observed, content: unknown): string {
  const salt = findChild(children, 'Secret', configSecretName(name))?.metadata.uid ?? '';
  return createHash('sha256')
    .update(JSON.stringify([salt, content]))
    .digest('hex')
    .slice(0, 16);
}
