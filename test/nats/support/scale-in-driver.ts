import type { Operation } from '../../../generated/nats-cluster';
import type { ChildStatefulSet } from '../../../src/nats-cluster/child';
import { ClusterEntry } from '../../../src/nats-cluster/controller/cluster-entry';
import { sendSystemRequests } from '../../../src/nats-cluster/controller/system-requests';
import { rememberStreams } from '../../../src/nats-cluster/jetstream/evacuation';
import { findJetStreamBlocker } from '../../../src/nats-cluster/jetstream/quorum-gate';
import { planOpenOperation } from '../../../src/nats-cluster/jetstream/open-operation';
import { planEvacuation } from '../../../src/nats-cluster/jetstream/plan-evacuation';
import type { SystemAccess } from '../../../src/nats-cluster/jetstream/system-access';
import { askJetStream, type ReadPage } from '../../../src/nats-cluster/monitoring/jetstream-report';
import type { Observed, ServerReport } from '../../../src/nats-cluster/observed';
import type { Member } from '../../../src/nats-cluster/rollout/members';
import type { NextStep } from '../../../src/nats-cluster/rollout/next-step';
import { agesOf, updateObservations } from '../../../src/nats-cluster/rollout/observations';
import { noSecrets } from '../../../src/nats-cluster/secrets/secret-facts';
import { resolveCluster } from '../../../src/nats-cluster/spec/resolve-cluster';
import { operationStatus } from '../../../src/nats-cluster/status/operation';
import { waitFor } from '../../cluster/support/wait-for';
import type { RunningServer } from './running-server';

/** What the operator's reconcile does about the servers of a cluster that is scaled in: it asks them, decides, and makes requests. */
export class ScaleInDriver {
  operation: Operation | undefined;
  /** The phases that it has come through. */
  readonly phases: string[] = [];
  #entry = new ClusterEntry();

  /** @param servers those that run, by name */
  constructor(
    private readonly version: string,
    private readonly servers: ReadonlyMap<string, RunningServer>,
    private readonly access: SystemAccess,
  ) {}

  /** Another process takes over: it knows what the status says. */
  restart(): void {
    this.#entry = new ClusterEntry();
  }

  /** Until the server may stop. */
  async untilEvacuated(leaving: string, size: number): Promise<void> {
    await this.#repeat(`the evacuation of ${leaving}`, async () => {
      const step = await this.#turn(leaving, size, this.servers.size);
      return step === undefined;
    });
  }

  /** Until the operation has come to that phase. */
  async until(phase: Operation['phase'], leaving: string, size: number, replicas: number): Promise<void> {
    await this.#repeat(phase, async () => {
      await this.#turn(leaving, size, replicas);
      return this.operation?.phase === phase;
    });
  }

  /** Until the operation says that. */
  async untilMessage(words: string, leaving: string, size: number, replicas: number): Promise<void> {
    await this.#repeat(words, async () => {
      await this.#turn(leaving, size, replicas);
      return this.operation?.message?.includes(words) === true;
    });
  }

  async #repeat(what: string, isDone: () => Promise<boolean>): Promise<void> {
    await waitFor(
      async () => {
        if (await isDone()) return true;
        throw new Error(JSON.stringify(this.operation));
      },
      { what, deadline: 150_000, interval: 500 },
    );
  }

  async #turn(leaving: string, size: number, replicas: number): Promise<NextStep | undefined> {
    const observed = await this.#observe(leaving, replicas);
    const spec = { size, version: this.version, jetstream: { fileStorage: { size: '1Gi' } } };
    const facts = { ...noSecrets, systemUserKey: 'a key' };
    const model = resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, facts);
    const members = [...this.servers.keys()].map(name => ({ name, ready: true, outdated: false }) as unknown as Member);
    const last = members.find(({ name }) => name === leaving);
    const step =
      planOpenOperation(model, replicas, members, observed) ??
      (last && planEvacuation(model, members, last, observed, this.#blocker(observed, members, last)));
    if (step?.kind !== 'operate') return step;
    const { operation } = operationStatus(this.operation, step, new Date());
    if (operation !== undefined && operation.phase !== this.phases.at(-1)) this.phases.push(operation.phase);
    this.operation = operation;
    const { requests } = step;
    const action = { type: 'system-requests', access: this.access, event: undefined, disruptive: false } as const;
    if (requests.length > 0) await sendSystemRequests(this.#entry, { ...action, requests });
    return step;
  }

  #blocker({ servers, ages }: Observed, members: readonly Member[], last: Member): string | undefined {
    return findJetStreamBlocker(servers, members, last, ages);
  }

  async #observe(leaving: string, replicas: number): Promise<Observed> {
    const reports = await Promise.all(
      [...this.servers].map(async ([name, server]) => [name, await report(name, server)] as const),
    );
    const servers = new Map<string, ServerReport>(reports);
    const entry = this.#entry;
    entry.formerStreams = rememberStreams(entry.formerStreams, servers, leaving);
    const live = { metadata: { name: 'c' }, spec: { replicas } } as ChildStatefulSet;
    const now = performance.now();
    entry.observations = updateObservations(entry.observations, live, [], servers, now);
    return {
      cluster: { metadata: { name: 'c' }, status: this.operation === undefined ? {} : { operation: this.operation } },
      ...{ children: [], pods: [], servers, ages: agesOf(entry.observations, now) },
      ...{ requests: entry.requestOutcomes(), formerStreams: entry.formerStreams },
    };
  }
}

async function report(name: string, { monitor }: RunningServer): Promise<ServerReport> {
  const read: ReadPage = async (path, _maxBytes, take) => {
    const response = await fetch(new URL(path, monitor));
    return take({ status: response.status, body: await response.json() });
  };
  return {
    answered: true,
    serverId: name,
    routedTo: new Set(),
    jetstream: await askJetStream(read, name, 'configurations'),
  };
}
