import * as fc from 'fast-check';
import type { GatewayConfig, LeafnodeConfig, WebsocketConfig } from '../../generated/nats-cluster';
import { duration, url } from './texts';

const hostPort = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 65_535 }));
const name = fc.stringMatching(/^[!-~]{1,30}$/).filter(text => text !== '_');

/** Any `url`, `urls` or both, of which there is at least one. */
const addresses: fc.Arbitrary<{ url?: string; urls?: string[] }> = fc.oneof(
  fc.record({ url }),
  fc.record({ url: fc.constantFrom(''), urls: fc.array(url, { minLength: 1, maxLength: 3 }) }),
  fc.record({ url, urls: fc.array(url, { maxLength: 3 }) }),
);

/** Any valid `spec.gatewayConfig`. */
export const gatewayConfig: fc.Arbitrary<GatewayConfig> = fc.record(
  {
    name,
    hostPort,
    rejectUnknown: fc.boolean(),
    gateways: fc.uniqueArray(
      fc.tuple(name, addresses).map(([remote, where]) => ({ name: remote, ...where })),
      { maxLength: 3, selector: gateway => gateway.name },
    ),
  },
  { requiredKeys: ['name'] },
);

/** Any valid `spec.leafnodeConfig`, without credentials: the server reads their file before it accepts its configuration. */
export const leafnodeConfig: fc.Arbitrary<LeafnodeConfig> = fc.record(
  { hostPort, remotes: fc.array(addresses, { maxLength: 3 }) },
  { requiredKeys: [] },
);

/** Any valid `spec.websocketConfig`. */
export const websocketConfig: fc.Arbitrary<WebsocketConfig> = fc.record(
  { port: hostPort, handshakeTimeout: fc.oneof(fc.constant(''), duration), compression: fc.boolean() },
  { requiredKeys: [] },
);
