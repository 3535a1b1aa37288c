import { given } from '../model/given';
import type { TlsFiles } from '../model/tls-files';
import type { WebsocketModel } from '../model/websocket-model';
import type { ConfBlock } from './conf';
import { tlsBlock } from './tls';

/** The block `websocket`. Without a certificate, the server wants to be told that none is meant. */
export function websocketBlock(model: WebsocketModel, tls?: TlsFiles): ConfBlock {
  return {
    port: model.port,
    ...(tls ? { tls: tlsBlock(tls) } : { no_tls: true }),
    handshake_timeout: model.handshakeTimeout,
    compression: given(model.compression),
  };
}
