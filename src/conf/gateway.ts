import type { GatewayModel } from '../model/gateway-model';
import type { LoginModel } from '../model/login-model';
import type { TlsFiles } from '../model/tls-files';
import { INCLUDE, type ConfBlock } from './conf';
import { loginBlock } from './login';
import { tlsBlock } from './tls';

/** What a gateway connection asks for, beyond its block. */
export interface GatewaySecurity {
  readonly tls?: TlsFiles | undefined;
  readonly login?: LoginModel | undefined;
  /** The file, relative to the configuration, with the address to give out. */
  readonly advertise?: string | undefined;
}

/**
 * The block `gateway`: how the cluster joins others to a super-cluster. Its login is both what is asked for and what is shown to
 * gateways whose URL has none (nats-server, server/gateway.go, sendGatewayConnect).
 */
export function gatewayBlock(
  { name, port, rejectUnknown, gateways }: GatewayModel,
  { tls, login, advertise }: GatewaySecurity = {},
): ConfBlock {
  return {
    ...(advertise === undefined ? {} : { [INCLUDE]: [advertise] }),
    name,
    port,
    reject_unknown: rejectUnknown,
    authorization: login && loginBlock(login),
    tls: tls && tlsBlock(tls),
    gateways: gateways.map(gateway => ({ name: gateway.name, urls: gateway.urls })),
  };
}
