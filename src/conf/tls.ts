import { given } from '../model/given';
import type { TlsFiles } from '../model/tls-files';
import type { ClientTls } from '../model/tls-model';
import type { ConfBlock } from './conf';

/** A block `tls`. Routes and gateways always verify each other, whatever the block says. */
export function tlsBlock({ ca, cert, key, timeout }: TlsFiles): ConfBlock {
  return { ca_file: ca, cert_file: cert, key_file: key, timeout };
}

/** The block `tls` at the top, for clients. */
export function clientTlsBlock(files: TlsFiles, client: ClientTls): ConfBlock {
  return {
    ...tlsBlock(files),
    verify: given(client.verify),
    verify_and_map: given(client.verifyAndMap),
    cipher_suites: unlessEmpty(client.cipherSuites),
    curve_preferences: unlessEmpty(client.curvePreferences),
  };
}

const unlessEmpty = (list: readonly string[] = []): readonly string[] | undefined =>
  list.length === 0 ? undefined : list;
