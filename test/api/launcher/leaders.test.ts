import { join } from 'node:path';
import { waitFor } from '../../cluster/support/wait-for';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { runExclusively } from '../exclusive';
import { describeWithApi, kubectl } from '../kubectl';
import { makeAccount, withdrawLeases } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { applyCluster, SteadyChanges, waitForChildren } from './nats-clusters';
import { turnsOf, writesOf } from './writers';

const HOME = 'leaders';

interface Replica {
  readonly name: string;
  /** Each has an account of its own, by which the audit log tells them apart. */
  readonly user: string;
  readonly kubeconfig: string;
  process: Launched;
}

const holder = async (): Promise<string> =>
  kubectl(['get', 'lease', 'nats-operator', '-n', HOME, '-o', 'jsonpath={.spec.holderIdentity}']);

runExclusively();

describeWithApi('two replicas', () => {
  let programs: Programs;
  let replicas: readonly Replica[];
  let audit: Audit;

  const start = async (name: string, kubeconfig: string): Promise<Launched> =>
    Launched.start(programs, { kubeconfig, pod: { name, namespace: HOME } });

  const prepare = async (name: string): Promise<Replica> => {
    const kubeconfig = join(programs.folder, name);
    const user = await makeAccount(name, [HOME], kubeconfig);
    return { name, user, kubeconfig, process: await start(name, kubeconfig) };
  };

  const named = async (isWanted: (name: string) => boolean): Promise<Replica> =>
    waitFor(
      async () => {
        const name = await holder();
        return isWanted(name) ? replicas.find(replica => replica.name === name) : undefined;
      },
      { what: 'the one that holds the Lease' },
    );

  const leader = async (): Promise<Replica> => named(name => name !== '');

  /** @returns who leads next, and after how many milliseconds it has written something */
  const successorOf = async (former: Replica): Promise<{ next: Replica; took: number }> => {
    const since = Date.now();
    const next = await named(name => name !== '' && name !== former.name);
    const first = await waitFor(async () => (await writesOf(audit, [next.user])).find(({ at }) => at > since), {
      what: 'the next leader to write',
    });
    return { next, took: first.at - since };
  };

  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(HOME);
    programs = await buildPrograms();
    audit = await Audit.fromNow();
    replicas = [await prepare('one'), await prepare('two')];
    await waitFor(async () => (await Promise.all(replicas.map(({ process }) => process.isReady()))).every(Boolean), {
      what: 'both to be ready',
    });
  }, 90_000);

  /** Of each two writers one has stopped before the other begins. */
  const expectTurns = async (...turns: readonly Replica[]): Promise<void> => {
    const users = replicas.map(({ user }) => user);
    expect(turnsOf(await writesOf(audit, users))).toEqual(turns.map(({ user }) => user));
  };

  test('are both ready, and one of them does the work', async () => {
    const first = await leader();
    await applyCluster('one-writer', HOME);
    await waitForChildren('one-writer', HOME);
    await expectTurns(first);
    const other = replicas.find(({ name }) => name !== first.name);
    expect(other?.process.said).toContain(
      `Another replica is the leader for ${HOME}: the operator in ${HOME} (pod ${first.name})`,
    );
  });

  test.each(['SIGUSR2', 'SIGTERM'] as const)('hand over within five seconds at a %s', async signal => {
    const former = await leader();
    audit = await Audit.fromNow();
    const changes = new SteadyChanges(HOME);
    await waitFor(async () => (await writesOf(audit, [former.user])).length > 5, { what: 'writes' });
    former.process.process.kill(signal);
    const { next, took } = await successorOf(former);
    await changes.end();
    expect(took).toBeLessThan(5_000);
    await expectTurns(former, next);
    // Until it is stopped it is asked to admit.
    expect(await former.process.isReady()).toBe(signal === 'SIGUSR2');
    await former.process.end('SIGTERM');
    former.process = await start(former.name, former.kubeconfig);
    await waitFor(() => former.process.isReady(), { what: 'the former leader to be ready again' });
  });

  test('hand over within twenty seconds where the one in charge crashes, and never write both', async () => {
    const former = await leader();
    audit = await Audit.fromNow();
    const changes = new SteadyChanges(HOME);
    await waitFor(async () => (await writesOf(audit, [former.user])).length > 5, { what: 'writes' });
    await former.process.end('SIGKILL');
    const { next, took } = await successorOf(former);
    await changes.end();
    expect(took).toBeLessThan(20_000);
    await expectTurns(former, next);
    former.process = await start(former.name, former.kubeconfig);
    await waitFor(() => former.process.isReady(), { what: 'the former leader to be ready again' });
  });

  test('stop writing before another may begin, where the Lease can’t be renewed', async () => {
    const former = await leader();
    audit = await Audit.fromNow();
    const changes = new SteadyChanges(HOME);
    await waitFor(async () => (await writesOf(audit, [former.user])).length > 5, { what: 'writes' });
    await withdrawLeases(former.name, HOME);
    const { next } = await successorOf(former);
    await changes.end();
    await expectTurns(former, next);
    const [last, first] = [await writesOf(audit, [former.user]), await writesOf(audit, [next.user])];
    expect((first[0]?.at ?? 0) - (last.at(-1)?.at ?? 0)).toBeGreaterThan(3_000);
  });
});
