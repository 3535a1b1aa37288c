import * as fc from 'fast-check';
import type { ExtraRoute, NatsClusterSpec, NatsConfig } from '../../generated/nats-cluster';
import { isAtLeast, parseServerVersion } from '../../src/nats/server-version';
import { dnsLabel, duration, printableText, url } from './texts';

/**
 * Any valid spec for that NATS version, as far as nats.conf is rendered from it: Go's zero values, absent fields and the fields'
 * bounds included.
 */
export function clusterSpec(version: string): fc.Arbitrary<NatsClusterSpec> {
  return fc.record(
    {
      version: fc.constant(version),
      size: fc.integer({ min: 1, max: 12 }),
      clusterName: fc.stringMatching(/^[!-~]{0,30}$/).filter(name => name !== '_'),
      lameDuckDurationSeconds: fc.integer({ min: 30, max: 86_400 }),
      natsConfig: natsConfig(version),
      extraRoutes: fc.uniqueArray(extraRoute, { maxLength: 4, selector: ({ cluster, route }) => route ?? cluster }),
    },
    { requiredKeys: ['version'] },
  );
}

const extraRoute: fc.Arbitrary<ExtraRoute> = fc.oneof(
  fc.record({ cluster: dnsLabel.map(label => `other-${label}`) }),
  fc.record({ route: url }),
  fc.record({ cluster: fc.constant(''), route: url }),
);

const int32 = fc.integer({ min: 0, max: 2_147_483_647 });
const count = fc.oneof(fc.integer({ min: -1, max: 100 }), fc.maxSafeNat());

function natsConfig(version: string): fc.Arbitrary<NatsConfig> {
  return fc
    .record(
      {
        debug: fc.boolean(),
        trace: fc.boolean(),
        disableLogtime: fc.boolean(),
        write_deadline: fc.oneof(fc.constant(''), duration),
        maxConnections: count,
        maxPayload: int32,
        maxPending: fc.maxSafeNat(),
        maxSubscriptions: count,
        maxControlLine: int32,
        extra: extra(version),
      },
      { requiredKeys: [] },
    )
    .filter(payloadFits);
}

/** The server's own rule, and the CRD's: no message is larger than what is buffered for a client. */
const payloadFits = ({ maxPayload = 0, maxPending = 0 }: NatsConfig): boolean =>
  maxPayload <= (maxPending || 67_108_864) && (maxPayload || 1_048_576) <= (maxPending || 67_108_864);

/** Options without a field of their own, in any case, and members for a block of ours. */
function extra(version: string): fc.Arbitrary<Record<string, unknown>> {
  const parsed = parseServerVersion(version);
  const tags = parsed !== undefined && isAtLeast(parsed, '2.2.0') ? { server_tags: fc.array(printableText) } : {};
  const subjects = fc.array(fc.constantFrom('a.b', 'orders.*', 'logs.>'), { minLength: 1 });
  return fc.record(
    {
      ping_interval: duration,
      Ping_Max: fc.nat(),
      MAX_TRACED_MSG_LEN: fc.nat(),
      no_sublist_cache: fc.boolean(),
      cluster: fc.record({ permissions: fc.record({ import: subjects, export: subjects }) }, { requiredKeys: [] }),
      ...tags,
    },
    { requiredKeys: [] },
  );
}
