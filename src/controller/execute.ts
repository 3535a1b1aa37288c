import type { V1Pod } from '@kubernetes/client-node';
import type { Child } from '../model/child';
import type { Action, AdoptPodAction, ApplyAction, MarkPodAction } from '../plan/action';
import { applyChild } from './apply-child';
import { splitKey } from './cluster-key';
import type { EventRecorder } from './event-recorder';
import type { KubeClient } from './kube-client';
import { podPath } from './paths';
import { takeOver } from './take-over';
import type { World } from './world';

/** Whether it writes one of the children that pods rely on, and not the one that makes pods. */
const isForPods = (action: Action): boolean => action.type === 'apply' && action.child.kind !== 'StatefulSet';

interface Failure {
  readonly action: Action;
  readonly error: unknown;
}

/** Carries out the actions of a sync, in their order. */
export class Executor {
  constructor(
    private readonly kube: KubeClient,
    private readonly world: World,
    private readonly events: EventRecorder,
  ) {}

  /**
   * What pods need comes first and at once, for nothing of it needs another; then one action after the other.
   *
   * @throws ApiError of the first action that the API server refuses. Those after it are left for the next sync, but for what running pods are told of a
   *   configuration that was written: who was taken out of it is out, whatever else is refused
   */
  async execute(key: string, clusterUid: string, actions: readonly Action[]): Promise<void> {
    const count = actions.findIndex(action => !isForPods(action));
    const [first, then] = count === -1 ? [actions, []] : [actions.slice(0, count), actions.slice(count)];
    const failures = await this.#atOnce(key, clusterUid, first);
    const isConfigured = !failures.some(({ action }) => action.type === 'apply' && action.child.kind === 'Secret');
    for (const action of then) {
      if (failures.length > 0 && !(isConfigured && action.type === 'mark-pod')) continue;
      try {
        await this.#write(key, action);
        await this.#tell(key, clusterUid, action);
      } catch (error) {
        failures.push({ action, error });
      }
    }
    for (const { error } of failures) throw error;
  }

  async #atOnce(key: string, clusterUid: string, actions: readonly Action[]): Promise<Failure[]> {
    const outcomes = await Promise.allSettled(actions.map(async action => this.#write(key, action)));
    const done = actions.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    for (const action of done) await this.#tell(key, clusterUid, action);
    return actions.flatMap((action, index): Failure[] => {
      const outcome = outcomes[index];
      return outcome?.status === 'rejected' ? [{ action, error: outcome.reason }] : [];
    });
  }

  async #tell(key: string, clusterUid: string, { notice }: Action): Promise<void> {
    if (notice !== undefined) await this.events.record(key, clusterUid, notice);
  }

  async #write(key: string, action: Action): Promise<void> {
    if (action.type === 'delete-pod') {
      await this.kube.delete(podPath(splitKey(key).namespace, action.pod.name), action.pod.uid);
      return;
    }
    if (action.type === 'adopt-pod') {
      await this.#adopt(key, action);
      return;
    }
    if (action.type === 'mark-pod') {
      await this.#mark(key, action);
      return;
    }
    // An answer shows our own write before the watch does, so that the next sync doesn't make it again.
    this.world.storeChild(key, await applyChild(this.kube, await this.#takeOver(action)));
  }

  async #takeOver({ child, takeOver: isFirst }: ApplyAction): Promise<Child> {
    return isFirst ? takeOver(this.kube, child) : child;
  }

  /** The API server refuses it where the pod is another. */
  async #mark(key: string, { pod, labels, annotations }: MarkPodAction): Promise<void> {
    await this.#patchPod(key, pod.name, { uid: pod.uid, labels, annotations });
  }

  /** The API server refuses it where the pod is another, or has changed. */
  async #adopt(key: string, { pod, ownerReferences }: AdoptPodAction): Promise<void> {
    const { name, ...identity } = pod;
    await this.#patchPod(key, name, { ...identity, ownerReferences });
  }

  async #patchPod(key: string, name: string, metadata: object): Promise<void> {
    const path = podPath(splitKey(key).namespace, name);
    const patched = (await this.kube.merge(path, { metadata })) as V1Pod | undefined;
    if (patched !== undefined) this.world.storePod(key, patched);
  }
}
