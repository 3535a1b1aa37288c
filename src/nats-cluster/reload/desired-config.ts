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

/** What a server has to come to by a reload, in the three ways that it can be recognized by. */
export interface DesiredConfig {
  /** A digest of every file of ours that the pod mounts, to tell the pod by. */
  readonly digest: string;
  /** How a server from 2.11 on names this configuration; undefined where that can't be foretold. */
  readonly serverDigest: string | undefined;
  /** The SHA-256 fingerprints of the certificates that its ports shall present. */
  readonly certificates: ReadonlyMap<TlsConnection, string>;
}

/** What of a cluster's model a reload depends on. */
export interface ReloadTarget extends Pick<ResolvedCluster, 'name' | 'useServerName'> {
  readonly tls: Readonly<Partial<Record<TlsConnection, TlsFiles>>>;
  readonly pod: Pick<ResolvedCluster['pod'], 'reloads'>;
}

/**
 * What the pod's server shall run with; undefined where it reads no file of ours.
 *
 * @param files the wanted content of the configuration Secret
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

/** The certificate may also come by another way than the Secret, as a file that the user mounts. */
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
 * Whoever may read pods, but not Secrets, must not be able to try passwords against the digest: the uid of a Secret is random, and
 * read by nobody who may not read the Secret.
 */
function saltedDigest({ name }: ReloadTarget, { children }: Observed, content: unknown): string {
  const salt = findChild(children, 'Secret', configSecretName(name))?.metadata.uid ?? '';
  return createHash('sha256')
    .update(JSON.stringify([salt, content]))
    .digest('hex')
    .slice(0, 16);
}
