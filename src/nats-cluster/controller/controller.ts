import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import type { Child } from '../children';
import { NATS_CLUSTER } from '../kind';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import type { NatsServiceRoleObject } from '../../nats-service-role/service-role';
import { toEvent } from '../event-reasons';
import type { NamespaceOwnership } from '../../runtime/namespace-ownership';
import type { CachedKind } from './cluster-entry';
import { isLabelled, keyOfClaim, keyOfPod, keysOfChild } from './cluster-key';
import { Controller } from '../../runtime/controller';
import { systemUserSecretName } from '../spec/names';
import { objectKey } from '../../runtime/object-key';
import { ClusterReconciler } from './reconciler';
import type { Phase } from '../../runtime/informer';
import type { InformerTarget } from '../../runtime/informer-target';
import { Decisions } from '../../runtime/decisions';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';
import type { Scope } from '../../runtime/scope';
import { ServiceRoleController } from '../../nats-service-role/controller/controller';
import { ClusterCache } from './cluster-cache';

export interface ClusterControllerOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  readonly scope: Scope;
  readonly ownership: NamespaceOwnership;
  /** The repository of sidecar images for NatsClusters that name none; undefined if not configured. */
  readonly imageRepository: string | undefined;
  /** The namespaces that the operator's webhooks exclude. */
  readonly exemptNamespaces?: readonly string[];
  /** Milliseconds that one sync of a cluster may take; for tests. */
  readonly decisionDeadline?: number;
  /** Milliseconds for which NatsServiceRoles may be unreadable before a cluster is reconciled without them; for tests. */
  readonly rolesGracePeriod?: number;
  /** The name of this operator in statuses; undefined if unknown. */
  readonly operator?: string;
  /** The namespace of this process; undefined if unknown. */
  readonly operatorNamespace?: string | undefined;
  /** Whether it may read ServiceAccounts and issue tokens; default true. */
  readonly issuesTokens?: boolean;
}

/** Receives the events of NatsClusters and of what belongs to them, keeps the cache, and enqueues the cluster of each event. */
export class ClusterController {
  readonly #log: Logger;
  readonly #ownership: NamespaceOwnership;
  readonly #cache = new ClusterCache();
  readonly #events: EventRecorder;
  readonly #controller: Controller;
  readonly #serviceRoles: ServiceRoleController;
  readonly #reconciler: ClusterReconciler;

  constructor({
    kube,
    log,
    scope,
    ownership,
    imageRepository,
    exemptNamespaces = [],
    decisionDeadline,
    rolesGracePeriod,
    operatorNamespace,
    issuesTokens = true,
    operator,
  }: ClusterControllerOptions) {
    this.#log = log;
    this.#ownership = ownership;
    const decisions = new Decisions(decisionDeadline);
    this.#events = new EventRecorder(kube, NATS_CLUSTER, (key, error) =>
      log.warn({ cluster: key, error: safeErrorMessage(error) }, 'Failed to record event'),
    );
    const place = { scope, operatorNamespace, issuesTokens, gracePeriod: rolesGracePeriod };
    this.#serviceRoles = new ServiceRoleController(kube, log, place, decisions.decide, key =>
      this.#controller.add(key),
    );
    this.#reconciler = new ClusterReconciler({
      kube,
      log,
      cache: this.#cache,
      events: this.#events,
      serviceRoles: this.#serviceRoles,
      isSkipped: async key => this.#controller.isSkipped(key),
      onForgotten: key => this.#controller.forget(key),
      decisions,
      imageRepository,
      exemptNamespaces,
      issuesTokens,
      operator,
    });
    this.#controller = new Controller({
      subject: 'cluster',
      log,
      ownership,
      reconcile: async (key, outside) => this.#reconciler.reconcile(key, outside),
      reportOtherOwner: async (key, other) => this.#reportOtherOwner(key, other),
    });
  }

  /** A NatsCluster was created, changed or deleted. */
  clusterChanged(cluster: NatsClusterObject, phase: Phase): void {
    const key = objectKey(cluster.metadata?.namespace, cluster.metadata?.name);
    // The last reconciliation of a deleted cluster removes its tokens in other namespaces.
    if (phase === 'gone') this.#reconciler.forget(key, cluster.metadata?.uid);
    else this.#cache.storeCluster(key, cluster);
    this.#controller.add(key);
  }

  /** An object with the operator's labels was created, changed or deleted. */
  childChanged(child: Child, phase: Phase): void {
    for (const key of keysOfChild(child)) {
      if (!this.#cache.has(key)) continue;
      if (phase === 'gone') this.#cache.removeChild(key, child);
      else this.#cache.storeChild(key, child);
      this.#touch(key);
    }
  }

  /** A pod with the operator's labels was created, changed or deleted. */
  podChanged(pod: V1Pod, phase: Phase): void {
    const key = keyOfPod(pod);
    if (key === undefined || !this.#cache.has(key)) return;
    if (phase === 'gone' || !isLabelled(pod, key)) this.#cache.removePod(key, pod);
    else this.#cache.storePod(key, pod);
    this.#touch(key);
  }

  /** A claim with the operator's labels was created, changed or deleted. */
  claimChanged(claim: V1PersistentVolumeClaim, phase: Phase): void {
    const key = keyOfClaim(claim);
    if (key === undefined || !this.#cache.has(key)) return;
    if (phase === 'gone' || !isLabelled(claim, key)) this.#cache.removeClaim(key, claim);
    else this.#cache.storeClaim(key, claim);
    this.#touch(key);
  }

  /** A NatsServiceRole was created, changed or deleted. */
  serviceRoleChanged(role: NatsServiceRoleObject, phase: Phase): void {
    this.#serviceRoles.roleChanged(role, phase);
  }

  /** A Secret was created, changed or deleted: enqueues the clusters whose configuration or token it holds, or whose spec names it. */
  secretChanged(metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    const { namespace, name } = metadata;
    this.#serviceRoles.secretChanged(metadata, phase);
    this.#configChanged(objectKey(namespace, name), metadata, phase);
    this.#systemUserChanged(metadata, phase);
    for (const key of this.#cache.secretUsers(`${namespace}/${name}`)) {
      const isUnchanged = this.#cache.get(key)?.dropSecret(metadata, phase) === false;
      if (!isUnchanged) this.#touch(key);
    }
  }

  /** The cached objects of a kind, in a namespace or in all: those missing from a list were deleted. */
  *cached(kind: CachedKind | 'NatsServiceRole', namespace: string | undefined): Iterable<InformerTarget> {
    if (kind !== 'NatsServiceRole') yield* this.#cache.cached(kind, namespace);
    if (kind === 'NatsServiceRole' || kind === 'Secret') yield* this.#serviceRoles.cached(kind, namespace);
  }

  /** All Secrets have been listed. */
  secretsListed(): void {
    this.#serviceRoles.secretsListed();
  }

  /** Requeues skipped clusters that this operator manages now, and reports those that it no longer manages. */
  resume(): void {
    this.#controller.resume(this.#cache.keys(), key => {
      // Writes of the former leader may not have been observed yet.
      const entry = this.#cache.get(key);
      if (entry !== undefined) entry.complete = false;
    });
  }

  /** The numbers of queued and running reconciliations, and of clusters by phase. */
  facts(): { waiting: number; running: number; phases: ReadonlyMap<string, number> } {
    return { ...this.#controller.depth(), phases: this.#cache.phases() };
  }

  /** The clusters whose reconciliation has been running for so many milliseconds. */
  stuckFor(milliseconds: number): string[] {
    return this.#controller.stuckFor(milliseconds);
  }

  stop(): void {
    this.#controller.stop();
    this.#serviceRoles.stop();
  }

  #configChanged(key: string, metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    if (!this.#cache.has(key)) return;
    if (phase === 'gone') this.#cache.removeConfig(key, metadata);
    else this.#cache.recordConfig(key, metadata);
    this.#touch(key);
  }

  #systemUserChanged(metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    const { namespace, name } = metadata;
    const suffix = systemUserSecretName('');
    if (!name.endsWith(suffix)) return;
    const key = objectKey(namespace, name.slice(0, -suffix.length));
    if (this.#cache.get(key)?.systemUserChanged(metadata, phase) === true) this.#touch(key);
  }

  #touch(key: string): void {
    const entry = this.#cache.get(key);
    if (entry !== undefined) entry.events += 1;
    this.#controller.add(key);
  }

  /** Records an Event that explains why this operator does not reconcile the cluster. */
  async #reportOtherOwner(key: string, other: string): Promise<boolean> {
    const uid = this.#cache.get(key)?.cluster?.metadata?.uid;
    if (uid === undefined) return false;
    const event = toEvent('ManagedElsewhere', `Managed by ${other}, not by this operator`);
    this.#log.info({ cluster: key, reason: event.reason, other }, 'Cluster is managed by another operator');
    // An Event is no write to the cluster, so no ownership of its namespace is needed.
    await this.#ownership.during(undefined, async () => this.#events.record(key, uid, event));
    return true;
  }
}
