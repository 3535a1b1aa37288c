import { setTimeout as pause } from 'node:timers/promises';
import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import type { Child } from '../children';
import type {
  Action,
  AdoptPodAction,
  ApplyAction,
  PatchClaimAction,
  PatchPodMetadataAction,
  RecreateAction,
} from '../action';
import { appliedEvent } from '../apply/apply-events';
import type { EventDraft } from '../event-reasons';
import { storedFields } from '../apply/drift';
import { annotationPath, labelPath } from '../apply/stripped-annotations';
import { applyChild, childPath } from './cluster-api';
import { ExpectedError } from '../../runtime/expected-error';
import { splitKey } from '../../runtime/object-key';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import { claimPath, podPath } from '../../runtime/api-paths';
import { projectChild, projectClaim, projectPod } from './projection';
import { adoptFieldOwnership } from './adopt-field-ownership';
import { sendSystemRequests } from './system-requests';
import type { ClusterCache } from './cluster-cache';

/** Milliseconds until the name of a deleted StatefulSet has to be free, and between two looks. */
const RECREATION_MS = 20_000;
const RECREATION_INTERVAL_MS = 50;

/** A StatefulSet that is to be created again is still there. */
class RecreationPendingError extends ExpectedError {
  constructor(name: string) {
    super(`StatefulSet ${name} is being deleted, to be created again around its pods`);
  }
}

/** Whether it applies a child that pods depend on: any but the StatefulSet. */
const isForPods = (action: Action): boolean => action.type === 'apply' && action.child.kind !== 'StatefulSet';

interface Failure {
  readonly action: Action;
  readonly error: unknown;
}

/** Executes the actions of a sync in order. */
export class ActionExecutor {
  constructor(
    private readonly kube: KubeClient,
    private readonly cache: ClusterCache,
    private readonly events: EventRecorder,
  ) {}

  /**
   * Prerequisites of pods are applied first and concurrently, then one action after the other.
   *
   * @throws ApiError of the first action that the API server refuses. Later actions are left to the next sync, except for reload requests for a configuration that
   *   was written: a revocation takes effect whatever else is rejected
   */
  async execute(key: string, clusterUid: string, actions: readonly Action[]): Promise<void> {
    const count = actions.findIndex(action => !isForPods(action));
    const [first, then] = count === -1 ? [actions, []] : [actions.slice(0, count), actions.slice(count)];
    const failures = await this.#atOnce(key, clusterUid, first);
    const isConfigured = !failures.some(({ action }) => action.type === 'apply' && action.child.kind === 'Secret');
    for (const action of then) {
      if (failures.length > 0 && !(isConfigured && action.type === 'mark-pod')) continue;
      try {
        await this.#record(key, clusterUid, await this.#write(key, clusterUid, action));
      } catch (error) {
        failures.push({ action, error });
      }
    }
    for (const { error } of failures) throw error;
  }

  async #atOnce(key: string, clusterUid: string, actions: readonly Action[]): Promise<Failure[]> {
    const outcomes = await Promise.allSettled(actions.map(async action => this.#write(key, clusterUid, action)));
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') await this.#record(key, clusterUid, outcome.value);
    }
    return actions.flatMap((action, index): Failure[] => {
      const outcome = outcomes[index];
      return outcome?.status === 'rejected' ? [{ action, error: outcome.reason }] : [];
    });
  }

  async #record(key: string, clusterUid: string, event: EventDraft | undefined): Promise<void> {
    if (event !== undefined) await this.events.record(key, clusterUid, event);
  }

  /** @returns the Event to record, if any */
  async #write(key: string, clusterUid: string, action: Action): Promise<EventDraft | undefined> {
    switch (action.type) {
      case 'delete-pod':
        await this.kube.delete(podPath(splitKey(key).namespace, action.pod.name), action.pod.uid);
        return action.event;
      case 'recreate':
        await this.#recreate(key, clusterUid, action);
        return action.event;
      case 'patch-claim':
        await this.#patchClaim(key, clusterUid, action);
        return action.event;
      case 'adopt-pod':
        await this.#adopt(key, clusterUid, action);
        return action.event;
      case 'mark-pod':
        return this.#patchPodMetadata(key, clusterUid, action);
      case 'apply':
        return this.#apply(key, clusterUid, action);
      case 'system-requests':
        await sendSystemRequests(this.cache.find(key, clusterUid), action);
        return undefined;
    }
  }

  /** Stores the response, so that the next sync does not repeat the write before the watch delivers it. */
  async #apply(key: string, clusterUid: string, action: ApplyAction): Promise<EventDraft | undefined> {
    const answer = await applyChild(this.kube, await this.#adoptFieldOwnership(action));
    const stored = storedFields(action.child, answer);
    this.cache.find(key, clusterUid)?.storeAppliedChild(projectChild(answer), stored);
    return appliedEvent(action, stored);
  }

  /**
   * The same object is tried first: once the present one is gone, a policy or a quota must not reject the next one. The API server
   * removes the owner from all pods before the name is free.
   */
  async #recreate(key: string, clusterUid: string, { statefulSet, uid }: RecreateAction): Promise<void> {
    const { namespace, name } = statefulSet.metadata;
    const trial = `${name}-dry-run`;
    const metadata = { ...statefulSet.metadata, name: trial };
    await this.kube.dryRun(childPath('StatefulSet', namespace, trial), { ...statefulSet, metadata });
    const path = childPath('StatefulSet', namespace, name);
    await this.kube.delete(path, uid, 'Orphan');
    for (const end = performance.now() + RECREATION_MS; (await this.kube.get(path)) !== undefined; ) {
      if (performance.now() > end) throw new RecreationPendingError(name);
      await pause(RECREATION_INTERVAL_MS);
    }
    const answer = await applyChild(this.kube, statefulSet);
    this.cache.find(key, clusterUid)?.storeAppliedChild(projectChild(answer), storedFields(statefulSet, answer));
  }

  async #adoptFieldOwnership({ child, adoptFieldOwnership: isFirst }: ApplyAction): Promise<Child> {
    return isFirst ? adoptFieldOwnership(this.kube, child) : child;
  }

  /** The API server rejects it for another pod of the same name. */
  async #patchPodMetadata(
    key: string,
    clusterUid: string,
    action: PatchPodMetadataAction,
  ): Promise<EventDraft | undefined> {
    const { pod, labels, annotations, event } = action;
    const patched = await this.#patchPod(key, pod.name, { uid: pod.uid, labels, annotations });
    if (patched === undefined) return undefined;
    const stored = storedFields({ metadata: { labels, annotations } }, patched);
    const asked = [...Object.keys(labels).map(labelPath), ...Object.keys(annotations).map(annotationPath)];
    this.cache.find(key, clusterUid)?.storePatchedPod(projectPod(patched), asked, stored);
    const isChanged = stored.size < Object.keys(labels).length + Object.keys(annotations).length;
    return isChanged ? event : undefined;
  }

  /** The API server rejects it for another claim of the same name, and a size that its storage class does not allow. */
  async #patchClaim(key: string, clusterUid: string, action: PatchClaimAction): Promise<void> {
    const { claim, size, labels, annotations } = action;
    const path = claimPath(splitKey(key).namespace, claim.name);
    const patch = {
      metadata: { uid: claim.uid, labels, annotations },
      ...(size === undefined ? {} : { spec: { resources: { requests: { storage: size } } } }),
    };
    const patched = (await this.kube.merge(path, patch)) as V1PersistentVolumeClaim | undefined;
    if (patched !== undefined) this.cache.find(key, clusterUid)?.storeClaim(projectClaim(patched));
  }

  /** The API server rejects it for another or a changed pod. */
  async #adopt(key: string, clusterUid: string, { pod, ownerReferences }: AdoptPodAction): Promise<void> {
    const { name, ...identity } = pod;
    const patched = await this.#patchPod(key, name, { ...identity, ownerReferences });
    if (patched !== undefined) this.cache.find(key, clusterUid)?.storePatchedPod(projectPod(patched));
  }

  /** @returns the stored pod; undefined if it does not exist */
  async #patchPod(key: string, name: string, metadata: object): Promise<V1Pod | undefined> {
    const path = podPath(splitKey(key).namespace, name);
    return (await this.kube.merge(path, { metadata })) as V1Pod | undefined;
  }
}
