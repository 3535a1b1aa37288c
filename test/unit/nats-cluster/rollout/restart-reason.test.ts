import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { configFileOf, rolloutReason } from '../../../../src/nats-cluster/rollout/restart-reason';

const template = (image: string, file: string, annotations: Record<string, string> = {}): V1PodTemplateSpec => ({
  metadata: { annotations, labels: { 'controller-revision-hash': 'c-1' } },
  spec: { containers: [{ name: 'nats', image, args: ['-c', file] }] },
});

const running = template('nats:1', '/etc/a.conf');

test.each<[string, V1PodTemplateSpec, string]>([
  ['an image', template('nats:2', '/etc/b.conf'), 'image nats:1 → nats:2'],
  ['a configuration', template('nats:1', '/etc/b.conf'), 'the configuration changed in a way that needs a restart'],
  [
    'a restart',
    template('nats:1', '/etc/a.conf', { 'nats.io/restartedAt': '2026-01-01T00:00:00Z' }),
    'a restart was requested at 2026-01-01T00:00:00Z',
  ],
  [
    'anything else',
    { ...running, spec: { containers: running.spec?.containers ?? [], dnsPolicy: 'None' } },
    'the pod template changed',
  ],
])('%s is told as the reason to replace a pod', (_what, next, reason) => {
  expect(rolloutReason(running, next)).toBe(reason);
});

test.each([[['-c', 'x']], [['--config', 'x']], [['-D', '-c', 'x', '-V']]])(
  'the configuration file of %j is x',
  args => {
    expect(configFileOf({ name: 'nats', args })).toBe('x');
    expect(configFileOf({ name: 'nats', command: ['nats-server', ...args] })).toBe('x');
  },
);
