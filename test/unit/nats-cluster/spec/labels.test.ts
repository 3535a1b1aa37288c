import { withCurrentAnnotations } from '../../../../src/nats-cluster/spec/labels';

describe('withCurrentAnnotations', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    [
      'reads former names',
      { 'nats.io/applied': 'a', 'nats.io/template': 't', 'nats.io/failed-template': 'f', 'nats.io/failure': 'why' },
      {
        'nats.io/last-applied-hash': 'a',
        'nats.io/pod-template-hash': 't',
        'nats.io/failed-pod-template-hash': 'f',
        'nats.io/rollout-failure': 'why',
      },
    ],
    ['keeps all others', { 'nats.io/in-use': 'true', a: 'b' }, { 'nats.io/config-mounted': 'true', a: 'b' }],
    [
      'prefers a present name, in any order',
      { 'nats.io/last-applied-hash': 'new', 'nats.io/applied': 'old' },
      { 'nats.io/last-applied-hash': 'new' },
    ],
  ])('%s', (_title, annotations, expected) => {
    expect(withCurrentAnnotations(annotations)).toEqual(expected);
  });
});
