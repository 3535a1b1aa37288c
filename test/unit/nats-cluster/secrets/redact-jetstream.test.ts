import type { JetStreamReport, JetStreamUsage } from '../../../../src/nats-cluster/jetstream/report';
import type { ServerReport } from '../../../../src/nats-cluster/observed';
import { redactObserved } from '../../../../src/nats-cluster/secrets/redact-observed';
import { secretOf } from '../../../fixtures/secret';

const PASSWORD = 'planted-4711';
const users = secretOf({ 'a.json': JSON.stringify({ users: [{ username: 'orders', password: PASSWORD }] }) });

/** What is left of what a server says of JetStream. */
function redacted(jetstream: JetStreamReport): JetStreamReport | undefined {
  const report: ServerReport = { answered: true, serverId: 'id', routedTo: new Set(), jetstream };
  const cluster = { metadata: { name: 'c' }, spec: { auth: { clientsAuthSecret: 'users' } } };
  const servers = new Map([['c-1', report]]);
  const seen = redactObserved({ cluster, children: [], pods: [], servers, secrets: new Map([['users', users]]) });
  const kept = seen.servers.get('c-1');
  return kept?.answered ? kept.jetstream : undefined;
}

const known = { answered: true, serverName: 'c-1', state: 'on', metaGroup: undefined } as const;
const usage = {} as JetStreamUsage;

test('what a server says is wrong with its JetStream is kept without a secret', () => {
  expect(redacted({ ...known, usage, problem: `stream ${PASSWORD} is not current` })).toMatchObject({
    problem: 'stream *** is not current',
  });
  expect(redacted({ answered: false, reason: `no ${PASSWORD}` })).toEqual({ answered: false, reason: 'no ***' });
});

test('a server that nothing is wrong with is as it was', () => {
  const healthy: JetStreamReport = { ...known, usage, problem: undefined };
  expect(redacted(healthy)).toBe(healthy);
});
