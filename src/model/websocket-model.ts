import { natsClusterDefaults } from '../../generated/defaults';
import type { WebsocketConfig } from '../../generated/nats-cluster';
import { given } from './given';

/** `spec.websocketConfig`, resolved. */
export interface WebsocketModel {
  readonly port: number;
  /** A duration as Go reads it; undefined leaves it to the server. */
  readonly handshakeTimeout: string | undefined;
  readonly compression: boolean;
}

/** Applies the defaults of `spec.websocketConfig`. */
export function resolveWebsocket({ port, handshakeTimeout, compression }: WebsocketConfig): WebsocketModel {
  return {
    port: given(port) ?? natsClusterDefaults.websocketConfig.port,
    handshakeTimeout: given(handshakeTimeout),
    compression: compression ?? natsClusterDefaults.websocketConfig.compression,
  };
}
