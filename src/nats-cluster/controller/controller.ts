import type { V1Pod } from '@kubernetes/client-node';
import type { Child } from '../children';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import type { NatsServiceRoleObject } from '../../nats-service-role/service-role';
import { toEvent } from '../event-reasons';
import { done, failed, requeueAfterOf, type Outcome } from '../../runtime/outcome';
import { classifyError } from '../../runtime/api-error';
import { NotOwnerError, type NamespaceOwnership } from '../../runtime/namespace-ownership';
import type { HeldKind } from './cluster-entry';
import { isLabelled, keyOfPod, keysOfChild } from './cluster-key';
import { objectKey, splitKey } from '../../runtime/object-key';
import { ClusterReconciler } from './reconciler';
import type { Phase } from '../../runtime/informer';
import type { InformerTarget } from '../../runtime/informer-target';
import { Decisions } from './bounded-sync';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';
import { SkippedKeys } from '../../runtime/skipped-keys';
import type { Scope } from '../../runtime/scope';
import { ServiceRoleController } from '../../nats-service-role/controller/controller';
import { observeReconcile } from '../../runtime/telemetry';
import { WorkQueue, type Outside } from '../../runtime/work-queue';
import { ClusterCache } from './cluster-cache';

const CONCURRENCY = 8;
/** Besides, of those that are slow or fail, in all namespaces and in one. */
const SLOW_CONCURRENCY = 16;
const SLOW_CONCURRENCY_OF_NAMESPACE = 4;
/** Milliseconds; most take some hundredths of a second. */
const SLOW = 2_000;
const FIRST_RETRY = 200;
const LAST_RETRY = 60_000;
/** A person does not see it, and the events of a creation are a third of the turns with it. */
const PAUSE = 50;

export interface ClusterControllerOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  readonly scope: Scope;
  readonly ownership: NamespaceOwnership;
  /** What the images of our own sidecars begin with, in NatsClusters that name none; undefined where nobody has said. */
  readonly imageRepository: string | undefined;
  /** The namespaces that the operator's webhooks leave out; none where nobody has said. */
  readonly exemptNamespaces?: readonly string[];
  /** Milliseconds that one decision about a cluster may take; the default suits all but tests. */
  readonly decisionDeadline?: number;
  /** Milliseconds for which NatsServiceRoles may be unreadable before a cluster goes on without them; the default suits all but tests. */
  readonly rolesPatience?: number;
  /** This operator, as statuses name it; undefined where nobody has said. */
  readonly operator?: string;
  /** The namespace that this process runs in; undefined where nothing says so. */
  readonly operatorNamespace?: string | undefined;
  /** Whether it may see ServiceAccounts and issue tokens of them; it may where nobody has said. */
  readonly issuesTokens?: boolean;
}

/**
 * One loop a cluster: every event only says whose turn it is, and each turn observes, decides and carries out.
 * Nothing is remembered between turns that could not be read again.
 */
export class ClusterController {
  readonly #log: Logger;
  readonly #ownership: NamespaceOwnership;
  readonly #cache = new ClusterCache();
  readonly #events: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #serviceRoles: ServiceRoleController;
  readonly #skipped: SkippedKeys;
  readonly #reconciler: ClusterReconciler;

  constructor({
    kube,
    log,
    scope,
    ownership,
    imageRepository,
    exemptNamespaces = [],
    decisionDeadline,
    rolesPatience,
    operatorNamespace,
    issuesTokens = true,
    operator,
  }: ClusterControllerOptions) {
    this.#log = log;
    this.#ownership = ownership;
    const decisions = new Decisions(decisionDeadline);
    this.#events = new EventRecorder(kube, (key, error) =>
      log.warn({ cluster: key, error: safeErrorMessage(error) }, 'an Event was lost'),
    );
    this.#skipped = new SkippedKeys(ownership, async (key, other) => this.#leave(key, other));
    const place = { scope, operatorNamespace, issuesTokens, patience: rolesPatience };
    this.#serviceRoles = new ServiceRoleController(kube, log, place, decisions.decide, key => this.#queue.add(key));
    this.#reconciler = new ClusterReconciler({
      kube,
      log,
      cache: this.#cache,
      events: this.#events,
      serviceRoles: this.#serviceRoles,
      skipped: this.#skipped,
      decisions,
      imageRepository,
      exemptNamespaces,
      issuesTokens,
      operator,
    });
    this.#queue = new WorkQueue(
      async (key, outside) => requeueAfterOf(await observeReconcile(async () => this.#reconcile(key, outside))),
      {
        slots: CONCURRENCY,
        slowSlots: SLOW_CONCURRENCY,
        slowSlotsOfTenant: SLOW_CONCURRENCY_OF_NAMESPACE,
        slowAfter: SLOW,
        tenantOf: key => splitKey(key).namespace,
        firstRetry: FIRST_RETRY,
        lastRetry: LAST_RETRY,
        pause: PAUSE,
        onError: (key, error) => {
          log.warn({ cluster: key, error: safeErrorMessage(error) }, 'a turn failed and will be taken again');
          const verdict = classifyError(error);
          return verdict.kind === 'again' ? verdict.after : undefined;
        },
      },
    );
  }

  /** A NatsCluster was made, changed or deleted. */
  clusterChanged(cluster: NatsClusterObject, phase: Phase): void {
    const key = objectKey(cluster.metadata?.namespace, cluster.metadata?.name);
    // What a cluster leaves behind in other namespaces is for its last turn.
    if (phase === 'gone') this.#reconciler.forget(key, cluster.metadata?.uid);
    else this.#cache.storeCluster(key, cluster);
    this.#queue.add(key);
  }

  /** An object with our labels was made, changed or deleted. */
  childChanged(child: Child, phase: Phase): void {
    for (const key of keysOfChild(child)) {
      if (!this.#cache.knows(key)) continue;
      if (phase === 'gone') this.#cache.removeChild(key, child);
      else this.#cache.storeChild(key, child);
      this.#touch(key);
    }
  }

  /** A pod with our labels was made, changed or deleted. */
  podChanged(pod: V1Pod, phase: Phase): void {
    const key = keyOfPod(pod);
    if (key === undefined || !this.#cache.knows(key)) return;
    if (phase === 'gone' || !isLabelled(pod, key)) this.#cache.removePod(key, pod);
    else this.#cache.storePod(key, pod);
    this.#touch(key);
  }

  /** A NatsServiceRole was made, changed or deleted. */
  serviceRoleChanged(role: NatsServiceRoleObject, phase: Phase): void {
    this.#serviceRoles.roleChanged(role, phase);
  }

  /** A Secret was made, changed or deleted: whoever's configuration it is, whose spec names it, or has its token in it, takes a turn. */
  secretChanged(metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    const { namespace, name } = metadata;
    this.#serviceRoles.secretChanged(metadata, phase);
    this.#configChanged(objectKey(namespace, name), metadata, phase);
    for (const key of this.#cache.secretUsers(`${namespace}/${name}`)) {
      this.#cache.get(key)?.secrets.delete(name);
      this.#touch(key);
    }
  }

  /** What is held of a kind, in a namespace or in all: what a list does not show of it has gone. */
  *held(kind: HeldKind | 'NatsServiceRole', namespace: string | undefined): Iterable<InformerTarget> {
    if (kind !== 'NatsServiceRole') yield* this.#cache.held(kind, namespace);
    if (kind === 'NatsServiceRole' || kind === 'Secret') yield* this.#serviceRoles.held(kind, namespace);
  }

  /** All Secrets there are have been told of. */
  secretsListed(): void {
    this.#serviceRoles.secretsListed();
  }

  /** Gives the turns that were passed to clusters that this operator is in charge of by now, and tells of those that it is not any more. */
  resume(): void {
    for (const key of this.#skipped.unreported(this.#cache.keys())) this.#queue.add(key);
    for (const key of this.#skipped.due()) {
      // What others have written meanwhile may not have been seen yet.
      const entry = this.#cache.get(key);
      if (entry !== undefined) entry.complete = false;
      this.#queue.add(key);
    }
  }

  /** How many turns are due and under way, and how many clusters there are in each phase. */
  facts(): { waiting: number; running: number; phases: ReadonlyMap<string, number> } {
    return { ...this.#queue.depth(), phases: this.#cache.phases() };
  }

  /** The clusters whose turns have taken so many milliseconds without an end. */
  stuckFor(milliseconds: number): string[] {
    return this.#queue.stuckFor(milliseconds);
  }

  stop(): void {
    this.#queue.stop();
    this.#serviceRoles.stop();
  }

  #configChanged(key: string, metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    if (!this.#cache.knows(key)) return;
    if (phase === 'gone') this.#cache.removeConfig(key, metadata);
    else this.#cache.recordConfig(key, metadata);
    this.#touch(key);
  }

  #touch(key: string): void {
    const entry = this.#cache.get(key);
    if (entry !== undefined) entry.events += 1;
    this.#queue.add(key);
  }

  async #reconcile(key: string, outside: Outside): Promise<Outcome> {
    if (await this.#skipped.pass(key)) return done();
    const outcome = await this.#ownership
      .during(splitKey(key).namespace, async () => this.#reconciler.reconcile(key, outside))
      .catch(failed);
    // The namespace may belong to another operator by now.
    const isLost = outcome.kind === 'failed' && outcome.error instanceof NotOwnerError;
    return isLost && (await this.#skipped.pass(key)) ? done() : outcome;
  }

  /** People who wonder why this operator does nothing for a cluster can read it there. */
  async #leave(key: string, other: string): Promise<boolean> {
    const uid = this.#cache.get(key)?.cluster?.metadata?.uid;
    if (uid === undefined) return false;
    const event = toEvent('ManagedElsewhere', `Managed by ${other}, not by this operator`);
    this.#log.info({ cluster: key, reason: event.reason, other }, 'Cluster is managed by another operator');
    // It is no write to the cluster, which may be made by whoever is in charge of another.
    await this.#ownership.during(undefined, async () => this.#events.record(key, uid, event));
    return true;
  }
}
