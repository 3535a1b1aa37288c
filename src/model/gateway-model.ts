import { natsClusterDefaults } from '../../generated/defaults';
import type { GatewayConfig } from '../../generated/nats-cluster';
import { given } from './given';
import { allUrls } from './remote-urls';

/** `spec.gatewayConfig`, resolved. */
export interface GatewayModel {
  readonly name: string;
  readonly port: number;
  /** Refuse gateways that are not listed. */
  readonly rejectUnknown: boolean;
  readonly gateways: readonly { readonly name: string; readonly urls: readonly string[] }[];
}

/** Applies the defaults of `spec.gatewayConfig`. */
export function resolveGateway({ name, hostPort, rejectUnknown, gateways = [] }: GatewayConfig): GatewayModel {
  return {
    name,
    port: given(hostPort) ?? natsClusterDefaults.gatewayConfig.hostPort,
    rejectUnknown: rejectUnknown ?? natsClusterDefaults.gatewayConfig.rejectUnknown,
    gateways: gateways.map(gateway => ({ name: gateway.name, urls: allUrls(gateway) })),
  };
}
