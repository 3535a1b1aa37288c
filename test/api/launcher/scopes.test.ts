import { join } from 'node:path';
import { Repetition } from '../../cluster/support/repetition';
import { atEnd } from '../../cluster/support/tear-down';
import { waitFor } from '../../cluster/support/wait-for';
import { startApiServer } from '../api-server';
import { apiServerPrograms } from '../api-server-programs';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { makeAccount, makeClusterAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { applyCluster, SteadyChanges, waitForChildren } from './nats-clusters';
import { appointOperator } from './webhook-configurations';
import { turnsOf, writesOf } from './writers';

const TEAM = 'team';
const PAIR = 'pair';
const MORE = 'pair-more';
const EVE = 'eve';
const WIDE = ['--feature-gates=ClusterScoped=true', '--webhooks=false'];

interface Operator {
  readonly user: string;
  readonly start: () => Promise<Launched>;
}

// An operator of all namespaces would look after the NatsClusters of the tier's other tests as well: these have an API server to themselves.
describeWithApi('operators of all namespaces and of some', () => {
  let programs: Programs;
  let audit: Audit;
  const operators = new Map<string, Operator>();
  const started: Launched[] = [];

  const operator = (name: string): Operator => {
    const found = operators.get(name);
    if (found === undefined) throw new Error(`there is no operator ${name}`);
    return found;
  };

  const launch = async (name: string): Promise<Launched> => {
    const launched = await operator(name).start();
    started.push(launched);
    return launched;
  };

  const prepare = async (
    name: string,
    namespace: string,
    flags: readonly string[],
    reach: readonly string[] = [namespace],
  ): Promise<void> => {
    const kubeconfig = join(programs.folder, name);
    const isWide = flags === WIDE;
    const user = await (isWide
      ? makeClusterAccount(name, namespace, kubeconfig)
      : makeAccount(name, reach, kubeconfig));
    const pod = { name, namespace };
    operators.set(name, { user, start: async () => Launched.start(programs, { kubeconfig, pod, flags }) });
  };

  const turns = async (...names: readonly string[]): Promise<string[]> =>
    turnsOf(
      await writesOf(
        audit,
        names.map(name => operator(name).user),
      ),
    );

  const endedWatches = async (name: string): Promise<number> =>
    (await audit.of(operator(name).user)).filter(
      ({ verb, objectRef }) => verb === 'watch' && objectRef?.resource === 'natsclusters',
    ).length;

  const users = (...names: readonly string[]): string[] => names.map(name => operator(name).user);

  beforeAll(async () => {
    const server = await startApiServer(await apiServerPrograms());
    atEnd(async () => server.stop());
    Object.assign(process.env, { API_TEST_KUBECONFIG: server.kubeconfig, API_TEST_AUDIT_LOG: server.auditLog });
    await installDefinitions();
    programs = await buildPrograms();
    await Promise.all(['blue', 'green', TEAM, PAIR, MORE, EVE].map(makeNamespace));
    await prepare('blue', 'blue', WIDE);
    await prepare('green', 'green', WIDE);
    await prepare('own', TEAM, []);
    await prepare('pair', PAIR, [`--namespaces=${TEAM},${MORE}`], [TEAM, MORE]);
    audit = await Audit.fromNow();
  }, 120_000);

  test('of two of all namespaces that start at the same moment the one writes that administrators have chosen', async () => {
    await appointOperator('blue');
    await applyCluster('first', TEAM);
    const [blue, green] = [await launch('blue'), await launch('green')];
    await waitForChildren('first', TEAM);
    await waitFor(() => green.said.includes('standing by'), { what: 'the other to stay out' });
    const changes = new SteadyChanges(TEAM);
    await waitForChildren('changing', TEAM);
    await changes.end();
    expect(await turns('blue', 'green')).toEqual(users('blue'));
    await Promise.all([blue, green].map(async each => each.end('SIGTERM')));
  });

  test('one that others were chosen before says so on its pod, and follows when it is chosen itself', async () => {
    const blue = await launch('blue');
    await waitFor(() => blue.said.includes('This pod is the leader for the NatsClusters of all namespaces'), {
      what: 'the first to be in charge',
    });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'green' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    };
    await waitFor(async () => (await tryKubectl(['apply', '-n', 'green', '-f', '-'], JSON.stringify(pod))).code === 0, {
      what: 'a pod, once its namespace has an account',
    });
    const green = await launch('green');
    const words =
      'Another operator manages all namespaces: the webhook configuration nats-operator references the one in blue; standing by';
    await waitFor(() => green.said.includes(words), { what: 'the second to stay out' });
    await waitFor(async () => (await kubectl(['describe', 'pod', 'green', '-n', 'green'])).includes(words), {
      what: 'its pod to say so',
    });
    expect(await green.isReady()).toBe(true);
    await blue.end('SIGTERM');
    await appointOperator('green');
    await waitFor(() => green.said.includes('This pod is the leader'), {
      what: 'the second to follow',
      deadline: 5_000,
    });
  });

  test('leaves a namespace to an operator of its own, and says so', async () => {
    audit = await Audit.fromNow();
    const changes = new SteadyChanges(TEAM);
    await waitFor(async () => (await turns('green')).length === 1, { what: 'the one of all namespaces to write' });
    await launch('own');
    await waitFor(async () => (await turns('own')).length === 1, { what: 'the namespace’s own to write' });
    await applyCluster('elsewhere', 'blue');
    await waitForChildren('elsewhere', 'blue');
    await changes.end();
    const writes = await writesOf(audit, users('green', 'own'));
    const inTeam = writes.filter(({ what }) => what.includes(` ${TEAM} `) && !what.includes(' events '));
    expect(turnsOf(inTeam)).toEqual(users('green', 'own'));
    await waitFor(
      async () => (await kubectl(['describe', 'nats', 'changing', '-n', TEAM])).includes('ManagedElsewhere'),
      {
        what: 'the NatsCluster to say so',
      },
    );
  });

  test('one of two namespaces looks after the one that nobody has, and after both once they are free', async () => {
    audit = await Audit.fromNow();
    const [own] = started.slice(-1);
    const pair = await launch('pair');
    await waitFor(() => pair.said.includes(`This pod is the leader for the NatsClusters of ${MORE}"`), {
      what: 'it to be in charge of the one',
    });
    const changes = new SteadyChanges(MORE);
    await waitFor(async () => (await turns('pair')).length === 1, { what: 'it to write there' });
    await changes.end();
    await own?.end('SIGTERM');
    await applyCluster('inherited', TEAM);
    await waitForChildren('inherited', TEAM);
    const writes = await writesOf(audit, users('green', 'own', 'pair'));
    expect(turnsOf(writes.filter(({ what }) => what.endsWith(' inherited')))).toEqual(users('pair'));
  });

  test('whoever may edit one namespace keeps no operator from the others, whatever they do with its Leases', async () => {
    await kubectl(['create', 'rolebinding', EVE, '-n', EVE, '--clusterrole=edit', `--user=${EVE}`]);
    await kubectl(['create', 'rolebinding', EVE, '-n', TEAM, '--clusterrole=edit', `--user=${EVE}`]);
    const rivals = ['a', 'b', 'nats-operator'].map(name => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: EVE, labels: { 'nats.io/operator-scope': 'cluster' } },
      spec: { holderIdentity: 'x' },
    }));
    await kubectl(
      ['apply', `--as=${EVE}`, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: rivals }),
    );
    const theirs = new TakenLease(TEAM, EVE);
    try {
      await Promise.all(started.map(async each => each.end('SIGTERM')));
      await launch('pair');
      const green = await launch('green');
      await waitFor(() => green.said.includes('This pod is the leader for the NatsClusters of all namespaces'), {
        what: 'the next of all namespaces to be in charge',
      });
      for (const namespace of ['blue', MORE]) {
        await applyCluster('of-another', namespace);
        await waitForChildren('of-another', namespace, 15_000);
      }
      await waitFor(() => theirs.count > 5, { what: 'the Lease to be taken again and again' });
    } finally {
      await theirs.end();
    }
  }, 120_000);

  // The API server ends the watches, and answers the next ones with an error for as long as it prepares the storage.
  test('survive changes of the definition of what they watch', async () => {
    const running = started.filter(({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null);
    expect(running).toHaveLength(2);
    for (let change = 1; change <= 2; change += 1) {
      audit = await Audit.fromNow();
      const path = '/spec/versions/0/schema/openAPIV3Schema/description';
      const patch = JSON.stringify([{ op: 'replace', path, value: `Change ${change}.` }]);
      await kubectl(['patch', 'crd', 'natsclusters.nats.io', '--type=json', '-p', patch]);
      await waitFor(async () => (await endedWatches('green')) > 0, { what: 'the watch to end' });
      await waitFor(async () => applyCluster(`change-${change}`, 'blue').then(() => true), { what: 'the kind again' });
      await waitForChildren(`change-${change}`, 'blue');
    }
    expect(running.map(({ process: { exitCode, signalCode } }) => ({ exitCode, signalCode }))).toEqual(
      Array(2).fill({ exitCode: null, signalCode: null }),
    );
  }, 120_000);
});

/** A tenant who takes the Lease in their namespace from its operator, and renews it as they like. */
class TakenLease {
  /** How often it was taken. */
  count = 0;
  readonly #taking: Repetition;

  constructor(
    private readonly namespace: string,
    private readonly user: string,
  ) {
    this.#taking = new Repetition(async () => this.#take(), 500);
  }

  async end(): Promise<void> {
    await this.#taking.stop();
  }

  async #take(): Promise<void> {
    const lease = ['lease', 'nats-operator', '-n', this.namespace, `--as=${this.user}`];
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    const patch = JSON.stringify({ spec: { holderIdentity: `x-${this.count}`, renewTime } });
    const { code } = await tryKubectl(['patch', ...lease, '--type=merge', '-p', patch]);
    if (code === 0) this.count += 1;
  }
}
