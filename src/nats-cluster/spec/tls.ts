import type { AuthConfig, TlsConfig } from '../../../generated/nats-cluster';
import { keysOf, type SecretContent } from '../../kubernetes/secret-content';
import { resolveTlsFiles, tlsConnections, type TlsConnection, type TlsFiles } from './tls-files';

/** `spec.tls`, resolved. */
export interface ResolvedTls extends Readonly<Partial<Record<TlsConnection, TlsFiles>>> {
  /** What clients are asked for, beyond encryption. */
  readonly client: ClientTls;
  /** The monitor speaks HTTPS, with the certificate of clients. */
  readonly httpsMonitor: boolean;
}

export interface ClientTls extends Pick<TlsConfig, 'verify' | 'cipherSuites' | 'curvePreferences'> {
  /** The name in a client's certificate is its user. */
  readonly verifyAndMap: boolean;
}

/** Resolves where the servers find their certificates, which may depend on what their Secrets hold. */
export function resolveTls(
  tls: TlsConfig = {},
  auth: AuthConfig = {},
  secrets: ReadonlyMap<string, SecretContent | undefined>,
): ResolvedTls {
  const files = tlsConnections.flatMap((connection): [TlsConnection, TlsFiles][] => {
    const secret = secrets.get(tls[`${connection}Secret`] ?? '');
    const shape = secret === undefined ? undefined : { type: secret.type, keys: keysOf(secret) };
    const resolved = resolveTlsFiles(tls, connection, shape);
    return resolved === undefined ? [] : [[connection, resolved]];
  });
  const { verify, cipherSuites, curvePreferences } = tls;
  return {
    ...Object.fromEntries(files),
    client: {
      ...(verify === undefined ? {} : { verify }),
      ...(cipherSuites === undefined ? {} : { cipherSuites }),
      ...(curvePreferences === undefined ? {} : { curvePreferences }),
      verifyAndMap: auth.tlsVerifyAndMap ?? false,
    },
    httpsMonitor: (tls.enableHttps ?? false) && Boolean(tls.serverSecret),
  };
}
