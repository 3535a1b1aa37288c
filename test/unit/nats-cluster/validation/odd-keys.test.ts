import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { validateCluster } from '../../../../src/nats-cluster/validation/validate-cluster';

/** As JSON brings it: a member of the object, not what the object is made of. */
const specOf = (text: string): NatsClusterSpec => JSON.parse(text) as NatsClusterSpec;

test.each(['__proto__', 'constructor', 'toString'])('natsConfig.extra can not set %s', key => {
  const spec = specOf(`{"size": 1, "version": "2.15.2", "natsConfig": {"extra": {"${key}": {"debug": true}}}}`);
  const { problems } = validateCluster({ metadata: { name: 'c', namespace: 'n' }, spec });
  expect(problems.map(({ path, message }) => [path, message])).toEqual([
    [`spec.natsConfig.extra.${key}`, 'unknown nats-server option, with which a server does not start'],
  ]);
  const conf = natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }));
  expect(Object.keys(conf)).toContain(key);
  expect(conf.debug).toBeUndefined();
  expect({}).not.toHaveProperty('debug');
});
