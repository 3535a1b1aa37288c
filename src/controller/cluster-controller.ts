import type { V1Pod } from '@kubernetes/client-node';
import { isDeepStrictEqual } from 'node:util';
import type { NatsClusterStatus } from '../../generated/nats-cluster';
import type { Child } from '../model/child';
import type { NatsClusterObject } from '../model/cluster-model';
import type { Observed } from '../model/observed';
import type { NatsServiceRoleObject } from '../model/service-role';
import { sync, type SyncResult } from '../sync';
import { judge } from './api-error';
import type { Charge } from './charge';
import { clusterKey, isLabelled, keyOfPod, keysOfChild, splitKey } from './cluster-key';
import { errorText } from './error-text';
import { EventRecorder } from './event-recorder';
import { Executor } from './execute';
import type { KubeClient } from './kube-client';
import type { Logger } from './logger';
import type { ObjectMetadata, ObjectReference } from './metadata-watches';
import { MonitorClient } from './monitor-client';
import { Observer } from './observe';
import { clusterStatusPath } from './paths';
import { PassedTurns } from './passed-turns';
import type { Phase } from './phase';
import type { Scope } from './scope';
import { ServiceRoles } from './service-roles/service-roles';
import { measured } from './telemetry';
import { WorkQueue } from './work-queue';
import { World } from './world';

const CONCURRENCY = 8;
const FIRST_RETRY = 200;
const LAST_RETRY = 60_000;
/** A person does not see it, and the events of a creation are a third of the turns with it. */
const PAUSE = 50;
/** Milliseconds until a new cluster has a status, even if no event comes. */
const FIRST_STATUS = 1_000;

export interface ClusterControllerOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  readonly scope: Scope;
  readonly charge: Charge;
  /** What the images of our own sidecars begin with, in NatsClusters that name none; undefined where nobody has said. */
  readonly imageRepository: string | undefined;
}

/**
 * One loop a cluster: every event only says whose turn it is, and each turn observes, decides and carries out.
 * Nothing is remembered between turns that could not be read again.
 */
export class ClusterController {
  readonly #kube: KubeClient;
  readonly #log: Logger;
  readonly #world = new World();
  readonly #monitor = new MonitorClient();
  readonly #observer: Observer;
  readonly #executor: Executor;
  readonly #events: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #serviceRoles: ServiceRoles;
  readonly #passed: PassedTurns;

  constructor({ kube, log, scope, charge, imageRepository }: ClusterControllerOptions) {
    this.#kube = kube;
    this.#log = log;
    this.#events = new EventRecorder(kube, (key, error) =>
      log.warn({ cluster: key, error: errorText(error) }, 'an Event was lost'),
    );
    this.#passed = new PassedTurns(charge, async (key, other) => this.#leave(key, other));
    this.#observer = new Observer(kube, this.#monitor, this.#world, imageRepository);
    this.#executor = new Executor(kube, this.#world, this.#events);
    this.#serviceRoles = new ServiceRoles(kube, log, scope, key => this.#queue.add(key));
    this.#queue = new WorkQueue(async key => this.#turn(key), {
      concurrency: CONCURRENCY,
      firstRetry: FIRST_RETRY,
      lastRetry: LAST_RETRY,
      pause: PAUSE,
      onError: (key, error) =>
        log.warn({ cluster: key, error: errorText(error) }, 'a turn failed and will be taken again'),
    });
  }

  /** A NatsCluster was made, changed or deleted. */
  clusterChanged(cluster: NatsClusterObject, phase: Phase): void {
    const key = clusterKey(cluster.metadata?.namespace, cluster.metadata?.name);
    // What a cluster leaves behind in other namespaces is for its last turn.
    if (phase === 'gone') this.#forget(key);
    else this.#world.storeCluster(key, cluster);
    this.#queue.add(key);
  }

  /** An object with our labels was made, changed or deleted. */
  childChanged(child: Child, phase: Phase): void {
    for (const key of keysOfChild(child)) {
      if (!this.#world.knows(key)) continue;
      if (phase === 'gone') this.#world.removeChild(key, child);
      else this.#world.storeChild(key, child);
      this.#touch(key);
    }
  }

  /** A pod with our labels was made, changed or deleted. */
  podChanged(pod: V1Pod, phase: Phase): void {
    const key = keyOfPod(pod);
    if (key === undefined || !this.#world.knows(key)) return;
    if (phase === 'gone' || !isLabelled(pod, key)) this.#world.removePod(key, pod);
    else this.#world.storePod(key, pod);
    this.#touch(key);
  }

  /** A NatsServiceRole was made, changed or deleted. */
  serviceRoleChanged(role: NatsServiceRoleObject, phase: Phase): void {
    this.#serviceRoles.roleChanged(role, phase);
  }

  /** A Secret was made, changed or deleted: whoever's spec names it, or has its token in it, takes a turn. */
  secretChanged(metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    const { namespace, name } = metadata;
    this.#serviceRoles.secretChanged(metadata, phase);
    for (const key of this.#world.secretUsers(`${namespace}/${name}`)) {
      this.#world.at(key).secrets.delete(name);
      this.#touch(key);
    }
  }

  /** All Secrets there are have been told of. */
  secretsListed(): void {
    this.#serviceRoles.secretsListed();
  }

  /** Gives the turns that were passed to clusters that this operator is in charge of by now, and tells of those that it is not any more. */
  resume(): void {
    for (const key of this.#passed.untold(this.#world.keys())) this.#queue.add(key);
    for (const key of this.#passed.due()) {
      // What others have written meanwhile may not have been seen yet.
      if (this.#world.knows(key)) this.#world.at(key).complete = false;
      this.#queue.add(key);
    }
  }

  /** How many turns are due and under way, and how many clusters there are in each phase. */
  facts(): { waiting: number; running: number; phases: ReadonlyMap<string, number> } {
    return { ...this.#queue.depth(), phases: this.#world.phases() };
  }

  /** The clusters whose turns have taken so many milliseconds without an end. */
  stuckFor(milliseconds: number): string[] {
    return this.#queue.stuckFor(milliseconds);
  }

  stop(): void {
    this.#queue.stop();
  }

  #touch(key: string): void {
    this.#world.at(key).events += 1;
    this.#queue.add(key);
  }

  async #turn(key: string): Promise<number | undefined> {
    if (await this.#passed.pass(key)) return undefined;
    return measured(async () => this.#take(key));
  }

  async #take(key: string): Promise<number | undefined> {
    // A role that names no cluster has a turn as well.
    const observed = splitKey(key).name === '' ? undefined : await this.#observer.observe(key, false);
    const { known, users, requeueAfter } = await this.#serviceRoles.settle(key, observed);
    if (observed === undefined) this.#forget(key);
    if (observed === undefined || !known) return requeueAfter;
    const next = await this.#sync(key, users === undefined ? observed : { ...observed, serviceUsers: users });
    return requeueAfter === undefined ? next : Math.min(next ?? requeueAfter, requeueAfter);
  }

  /** People who wonder why this operator does nothing for a cluster can read it there. */
  async #leave(key: string, other: string): Promise<boolean> {
    const uid = this.#world.knows(key) ? this.#world.at(key).cluster?.metadata?.uid : undefined;
    if (uid === undefined) return false;
    this.#log.info({ cluster: key, reason: 'LeftAlone', other }, 'the cluster is left to another operator');
    const message = `the operator of all namespaces leaves this cluster to ${other}`;
    await this.#events.record(key, uid, { type: 'Normal', reason: 'LeftAlone', message });
    return true;
  }

  async #sync(key: string, observed: Observed): Promise<number | undefined> {
    const result = sync(observed, new Date());
    if (!result.actions.some(({ disruptive }) => disruptive)) return this.#carryOut(key, observed, result);

    const seen = await this.#observer.observe(key, true);
    if (seen === undefined) {
      this.#forget(key);
      return undefined;
    }
    const { serviceUsers } = observed;
    const fresh = serviceUsers === undefined ? seen : { ...seen, serviceUsers };
    return this.#carryOut(key, fresh, sync(fresh, new Date()));
  }

  async #carryOut(key: string, observed: Observed, result: SyncResult): Promise<number | undefined> {
    if (await this.#passed.pass(key)) return undefined;
    const uid = observed.cluster.metadata?.uid ?? '';
    this.#world.at(key).unproven = result.unproven;
    try {
      await this.#executor.execute(key, uid, result.actions);
    } catch (error) {
      // Whatever went wrong, the picture that the write was made from may be why.
      this.#world.at(key).complete = false;
      const verdict = judge(error);
      if (verdict.kind === 'again' && verdict.after !== undefined) return verdict.after;
      if (verdict.kind === 'refused') {
        await this.#conclude(key, observed, sync({ ...observed, refusal: verdict.why }, new Date()));
      }
      throw error;
    }
    // The children that it has just been given bring the next turn, in a moment: that has more to say, and says it in one write.
    const isNew = observed.cluster.status === undefined && observed.children.length === 0;
    if (isNew && result.actions.length > 0) return FIRST_STATUS;
    await this.#conclude(key, observed, result);
    return result.requeueAfter;
  }

  async #conclude(key: string, { cluster }: Observed, { status, notices }: SyncResult): Promise<void> {
    if (isDeepStrictEqual(status, cluster.status)) return;
    await this.#writeStatus(key, cluster, status);
    const uid = cluster.metadata?.uid ?? '';
    for (const notice of notices) await this.#events.record(key, uid, notice);
    this.#log.info({ cluster: key, phase: status.phase, reason: status.reason }, 'status changed');
  }

  async #writeStatus(key: string, cluster: NatsClusterObject, status: NatsClusterStatus): Promise<void> {
    const { namespace, name } = splitKey(key);
    const object = {
      apiVersion: 'nats.io/v1alpha2',
      kind: 'NatsCluster',
      metadata: { name, namespace, uid: cluster.metadata?.uid },
      status,
    };
    try {
      const stored = await this.#kube.apply(clusterStatusPath(namespace, name), object);
      this.#world.storeCluster(key, stored as NatsClusterObject);
    } catch (error) {
      if (judge(error).kind !== 'gone') throw error;
    }
  }

  #forget(key: string): void {
    this.#world.forget(key);
    this.#monitor.forget(key);
  }
}
