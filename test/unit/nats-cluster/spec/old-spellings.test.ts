import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import { printConf } from '../../../../src/nats/conf/print';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';

const confOf = (natsConfig: NonNullable<NatsClusterSpec['natsConfig']>): string =>
  printConf(
    natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec: { version: '2.15.2', natsConfig } })),
  );

describe("the Go operator's spellings", () => {
  it('say what the fields of today say', () => {
    const old = {
      ...{ writeDeadline: '5s', max_connections: 10, max_payload: 1024, max_pending: 4096, max_subscriptions: 7 },
      ...{ max_control_line: 512, disable_logtime: true },
    };
    const current = {
      ...{ write_deadline: '5s', maxConnections: 10, maxPayload: 1024, maxPending: 4096, maxSubscriptions: 7 },
      ...{ maxControlLine: 512, disableLogtime: true },
    };
    expect(confOf(old)).toBe(confOf(current));
    expect(confOf(current)).toContain('"write_deadline": "5s"');
  });

  it('give way to the fields of today, unless a Go client left those empty', () => {
    expect(confOf({ writeDeadline: '5s', write_deadline: '9s' })).toBe(confOf({ write_deadline: '9s' }));
    expect(confOf({ writeDeadline: '5s', write_deadline: '' })).toBe(confOf({ write_deadline: '5s' }));
    expect(confOf({ max_payload: 5, maxPayload: 0 })).toBe(confOf({ maxPayload: 5 }));
  });

  it('count in addition to the default that the API server writes', () => {
    expect(confOf({ disable_logtime: true, disableLogtime: false })).toBe(confOf({ disableLogtime: true }));
  });
});
