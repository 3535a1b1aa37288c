import type { GatewayModel } from '../model/gateway-model';
import type { TlsFiles } from '../model/tls-files';
import type { ConfBlock } from './conf';
import { tlsBlock } from './tls';

/** The block `gateway`: how the cluster joins others to a super-cluster. */
export function gatewayBlock({ name, port, rejectUnknown, gateways }: GatewayModel, tls?: TlsFiles): ConfBlock {
  return {
    name,
    port,
    reject_unknown: rejectUnknown,
    tls: tls && tlsBlock(tls),
    gateways: gateways.map(gateway => ({ name: gateway.name, urls: gateway.urls })),
  };
}
