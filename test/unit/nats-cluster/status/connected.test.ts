import type { RemotesReview } from '../../../../src/nats-cluster/rollout/remotes';
import { remotesConnected } from '../../../../src/nats-cluster/status/connected';

const whole: RemotesReview = {
  named: { gateways: ['west', 'south'], remotes: 1, routes: true },
  known: true,
  missing: [],
  young: true,
};

test('says what every server is connected to', () => {
  expect(remotesConnected(whole)).toEqual({
    status: 'True',
    reason: 'RemotesConnected',
    message:
      'Every server is connected: gateways to west, south; leaf node of 1 remote; routes to servers of spec.extraRoutes',
  });
});

const lacking: RemotesReview = {
  ...whole,
  young: false,
  missing: [
    { server: 'c-1', kind: 'gateways', what: 'has no gateway to west' },
    { server: 'c-2', kind: 'gateways', what: 'has no gateway to west' },
  ],
};

test('says which server lacks what, and what both sides must have in common', () => {
  const { status, reason, message } = remotesConnected(lacking);
  expect([status, reason]).toEqual(['False', 'RemotesDisconnected']);
  expect(message).toMatch(
    /^c-1 has no gateway to west, and 1 more like that: .*same credentials \(spec\.auth\.gatewayAuth/,
  );
});

test('is no judgement while servers have just come up, or none could be asked', () => {
  expect(remotesConnected({ ...lacking, young: true })).toMatchObject({ status: 'Unknown', reason: 'Connecting' });
  expect(remotesConnected({ ...whole, known: false })).toMatchObject({ status: 'Unknown', reason: 'ServersNotReady' });
});
