import { omitZero } from '../spec/omit-zero';
import type { TlsFiles } from '../spec/tls-files';
import type { ClientTls } from '../spec/tls';
import type { ConfBlock } from '../../nats/conf/conf';

/** A block `tls`. Routes and gateways always verify each other, whatever the block says. */
export function tlsBlock({ ca, cert, key, timeout }: TlsFiles): ConfBlock {
  return { ca_file: ca, cert_file: cert, key_file: key, timeout };
}

/** The block `tls` at the top, for clients. */
export function clientTlsBlock(files: TlsFiles, client: ClientTls): ConfBlock {
  return {
    ...tlsBlock(files),
    verify: omitZero(client.verify),
    verify_and_map: omitZero(client.verifyAndMap),
    cipher_suites: unlessEmpty(client.cipherSuites),
    curve_preferences: unlessEmpty(client.curvePreferences),
  };
}

const unlessEmpty = (list: readonly string[] = []): readonly string[] | undefined =>
  list.length === 0 ? undefined : list;
