import { nkeys } from '@nats-io/transport-node';
import { describeNats } from './support/describe-nats';
import { ScaleInDriver } from './support/scale-in-driver';
import { peersOf, SpecCluster } from './support/spec-cluster';

const versions = ['2.15.2', '2.12.15', '2.10.29'] as const;

const MESSAGES = 200;

const operator = nkeys.createUser();
const seed = new TextDecoder().decode(operator.getSeed());

// One after the other: they scale a cluster in.
describeNats.each(versions)('four servers %s with JetStream', version => {
  let cluster: SpecCluster;
  let driver: ScaleInDriver;
  const streams: string[] = [];

  beforeAll(async () => {
    cluster = await SpecCluster.start(version, 4, operator.getPublicKey());
    driver = new ScaleInDriver(version, cluster.servers, { servers: [cluster.server('c-1').client], seed });
    // Servers choose where a stream is.
    while ((await streamsOn('c-4')).length < 3) await createStream();
  }, 180_000);

  afterAll(async () => cluster.stop());

  async function createStream(): Promise<void> {
    const replicas = streams.length % 2 === 0 ? 1 : 3;
    const name = `S${streams.length}-R${replicas}`;
    await cluster.createStream(name, replicas, MESSAGES);
    const config = { durable_name: 'worker', ack_policy: 'explicit' };
    await cluster.api(`CONSUMER.DURABLE.CREATE.${name}.worker`, { stream_name: name, config });
    streams.push(name);
  }

  async function streamsOn(server: string): Promise<string[]> {
    const infos = await Promise.all(streams.map(async name => ({ name, info: await cluster.stream(name) })));
    return infos.filter(({ info }) => peersOf(info).includes(server)).map(({ name }) => name);
  }

  async function expectComplete(): Promise<void> {
    for (const name of streams) {
      const info = await cluster.stream(name);
      expect([name, info.state.messages]).toEqual([name, MESSAGES]);
      expect([name, peersOf(info).length]).toEqual([name, Number(name.at(-1))]);
    }
  }

  test('keep their streams when the size is set back', async () => {
    // What it then waits for, it has asked for.
    await driver.untilMessage('to leave c-4', 'c-4', 3, 4);
    await driver.until('Cancelled', 'c-4', 4, 4);
    await expectComplete();
  }, 180_000);

  test('are evacuated with all messages, also by an operator that starts in between', async () => {
    while ((await streamsOn('c-4')).length < 2) await createStream();
    driver.phases.length = 0;
    await driver.until('Evacuating', 'c-4', 3, 4);
    driver.restart();
    await driver.untilEvacuated('c-4', 3);
    expect(driver.phases).toEqual(['Evacuating', 'Evacuated']);
    expect(await streamsOn('c-4')).toEqual([]);
    await expectComplete();
  }, 240_000);

  test('count the one that has stopped no longer', async () => {
    await cluster.kill('c-4');
    await driver.until('Removed', 'c-4', 3, 3);
    expect(driver.operation?.removedAt).toBeDefined();
    await cluster.metaGroup(3);
    await expectComplete();
  }, 180_000);

  test('do not remove one that is the only one with a stream', async () => {
    await cluster.createStream('LATE', 1, MESSAGES);
    const [server = ''] = peersOf(await cluster.stream('LATE'));
    await cluster.kill(server);
    const access = { servers: [...cluster.servers.values()].map(({ client }) => client), seed };
    const next = new ScaleInDriver(version, cluster.servers, access);
    next.operation = { type: 'ScaleIn', server, phase: 'RemovingPeer' };
    await next.untilMessage('is on no server that runs', server, 0, 0);
    await cluster.metaGroup(3);
  }, 240_000);
});
