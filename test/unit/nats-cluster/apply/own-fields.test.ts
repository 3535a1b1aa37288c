import type { V1Pod } from '@kubernetes/client-node';
import { INCLUDE } from '../../../../src/nats/conf/conf';
import { serverDigest } from '../../../../src/nats/conf/server-digest';
import { validateSecrets } from '../../../../src/nats-cluster/secrets/validate-secrets';
import { planConfigFiles, textOf } from '../../../../src/nats-cluster/config/config-files';
import { findDifferences } from '../../../../src/kubernetes/differences';
import { secretOf } from '../../../fixtures/secret';

/** What every object has, though nobody has given it to it. */
const inherited = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

describe.each(inherited)('the name %s is no field of what does not hold it:', name => {
  test('a file of a Secret is missing', () => {
    const spec = { tls: { serverSecret: 's', serverSecretCertFileName: name, serverSecretKeyFileName: name } };
    const { problems } = validateSecrets(
      { name: 'c', namespace: 'n', spec },
      new Map([['s', secretOf({})]]),
      new Date(),
    );
    expect(problems.map(({ message }) => message)).toContain(`Secret "s" has no key "${name}"`);
  });

  test('prints a configuration that a pod names again', () => {
    const config = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'c', namespace: 'n' }, data: {} } as const;
    const pod: V1Pod = {
      metadata: { name: 'c-1' },
      spec: { containers: [{ name: 'nats', args: ['-c', `/etc/nats-config/${name}`] }] },
    };
    const observed = { cluster: {}, children: [config], pods: [pod], servers: new Map() };
    const files = planConfigFiles({ debug: true }, config, undefined, observed, false);
    expect(textOf(config, name)).toBeUndefined();
    expect(Object.getOwnPropertyDescriptor(files, name)?.value).toBe(files['nats.conf']);
  });

  test('an included file is not known', () => {
    expect(serverDigest({ [INCLUDE]: [name] })).toBeUndefined();
  });

  test('a label is not there', () => {
    const labels = Object.fromEntries([[name, 'a']]);
    expect(findDifferences({ metadata: { labels } }, { metadata: { labels: {} } })).toEqual([
      { path: `metadata.labels.${name}`, desired: 'a', live: undefined },
    ]);
  });
});
