import type { Observed } from '../../../../src/nats-cluster/observed';
import { redactObserved } from '../../../../src/nats-cluster/secrets/redact-observed';

test('the seed of the operator’s own user is in no text of a server', () => {
  const seed = `SU${'A'.repeat(56)}`;
  const observed: Observed = {
    cluster: { metadata: { name: 'c', namespace: 'n' } },
    children: [],
    pods: [],
    servers: new Map([['c-1', { answered: false, reason: `I know ${seed}` }]]),
    health: new Map([['c-1', `/healthz answers 503: ${seed}`]]),
    systemUser: { publicKey: 'U', seed },
  };
  const { servers, health } = redactObserved(observed);
  expect(JSON.stringify([[...servers], [...(health ?? [])]])).not.toContain(seed);
});
