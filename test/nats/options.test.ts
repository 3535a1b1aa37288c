import { request } from 'undici';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { INCLUDE, type Conf } from '../../src/nats/conf/conf';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { printConf } from '../../src/nats/conf/print';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { confKey } from '../../src/nats/conf/conf-key';
import { describeNats } from './support/describe-nats';
import { checkConf, withServer } from './support/nats-server';
import { allVersions, supportedVersions } from './support/versions';

const confOf = (spec: NatsClusterSpec): Conf =>
  natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }));

describeNats.each(supportedVersions)('nats-server %s', version => {
  test('takes every option, and those without a field, at their word', async () => {
    const conf = confOf({
      version,
      size: 2,
      natsConfig: {
        write_deadline: '1m30.5s',
        maxConnections: 100,
        maxPayload: 2048,
        maxPending: 4096,
        maxSubscriptions: 7,
        maxControlLine: 512,
        extra: { ping_interval: '45s', PING_MAX: 5, server_tags: ['zone:a', '"quoted"\\ \u0001 ü'] },
      },
    });
    expect(await varz(printConf(conf))).toMatchObject({
      write_deadline: 90.5e9,
      max_connections: 100,
      max_payload: 2048,
      max_pending: 4096,
      max_subscriptions: 7,
      max_control_line: 512,
      ping_interval: 45e9,
      ping_max: 5,
      tags: ['zone:a', '"quoted"\\ \u0001 ü'],
      cluster: { name: 'c', urls: ['c-1.c-mgmt.n.svc:6222', 'c-2.c-mgmt.n.svc:6222'] },
    });
  });

  test('reads the letters that Go takes for ASCII in lower case as validation does', async () => {
    const odd: Conf = { 'p\u0130ng_max': 5, 'wr\u0130te_deadline': '7s' };
    expect(Object.keys(odd).map(confKey)).toEqual(['ping_max', 'write_deadline']);
    expect(await varz(printConf(odd))).toMatchObject({ ping_max: 5, write_deadline: 7e9 });
  });

  test('with nothing said, goes by its own defaults', async () => {
    expect(await varz(printConf(confOf({ version })))).toMatchObject({ max_connections: 65_536, write_deadline: 10e9 });
  });

  async function varz(text: string): Promise<unknown> {
    return withServer(version, text, async monitor => (await request(new URL('/varz', monitor))).body.json());
  }
});

describeNats.each(allVersions)('nats-server %s', version => {
  test('reads an include into the block where it stands, and what the block says itself wins', async () => {
    const conf = { port: 4222, authorization: { timeout: 1, [INCLUDE]: ['users.conf'] } };
    const users = printConf({ users: [{ user: 'a', password: 'b' }], timeout: 'not a number' });
    expect(await checkConf(version, printConf(conf), { 'users.conf': users })).toMatchObject({ code: 0 });
    expect(await checkConf(version, printConf(conf))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('users.conf') as string,
    });
  });
});

describeNats('nats-server 2.1.9', () => {
  test('would refuse the cluster name, which it is not told', async () => {
    const { stderr } = await checkConf('2.1.9', printConf(confOf({ version: '2.2.0' })));
    expect(stderr).toContain('unknown field "name"');
    expect(await checkConf('2.1.9', printConf(confOf({ version: '2.1.9' })))).toMatchObject({ code: 0 });
  });
});
