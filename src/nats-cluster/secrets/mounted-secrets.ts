import { createHash } from 'node:crypto';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { tlsSecrets } from './named-secrets';
import { keysOf, type SecretContent } from '../../kubernetes/secret-content';

/**
 * A digest of those mounted Secrets that servers read only when they start: the operator's JWT, and certificates too where nothing
 * signals a server to reload.
 */
export function digestSecrets(
  spec: NatsClusterSpec,
  secrets: ReadonlyMap<string, SecretContent | undefined>,
): string | undefined {
  const certificates = spec.pod?.enableConfigReload ? [] : tlsSecrets(spec).map(({ name }) => name);
  const names = [...certificates, ...(spec.operatorConfig ? [spec.operatorConfig.secret] : [])];
  if (names.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const name of names) hash.update(JSON.stringify([name, content(secrets.get(name))]));
  return hash.digest('hex').slice(0, 16);
}

const content = (secret: SecretContent = {}): [string, string][] =>
  keysOf(secret).map(key => [key, secret.data?.[key] ?? '']);
