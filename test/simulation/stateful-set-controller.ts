import type { ApiServer } from './api-server';
import { items, part, type Json, type Stored } from './objects';
import { isUp, type Node } from './node';
import { NO_OWNER, ordinalOf, type SimulatedPod } from './pod';
import { Revisions, type Revision } from './revisions';

/** Why the controller deletes a pod. */
export type DeletionCause = 'scale-down' | 'update';

/**
 * The StatefulSet controller, for Parallel pods and without the feature gate MaxUnavailableStatefulSet (off by default in 1.36).
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
 */
export class StatefulSetController {
  readonly revisions = new Revisions();

  constructor(
    private readonly api: ApiServer,
    private readonly node: Node,
    private readonly onDelete: (pod: SimulatedPod, cause: DeletionCause) => void,
  ) {}

  sync(): void {
    const set = this.api.get('StatefulSet', 'c');
    if (set === undefined) return;
    const spec = part(set, 'spec');
    const update = this.revisions.update('c', part(spec, 'template'));
    const current = this.revisions.find(part(set, 'status').currentRevision) ?? update;
    const replicas = Number(spec.replicas);
    this.#adoptOrphans(set);
    const pods = this.node.list().filter(({ ownerUid }) => ownerUid === set.metadata.uid);
    const [condemned, living] = split(pods, pod => ordinalOf(pod.name) > replicas);
    if (this.#process(set, replicas, current, update)) {
      for (const pod of condemned) this.#delete(pod, 'scale-down');
      this.#update(spec, replicas, update, living);
    }
    this.#writeStatus(set, replicas, current, update);
  }

  #adoptOrphans({ metadata }: Stored): void {
    for (const pod of this.node.list()) if (pod.ownerUid === NO_OWNER) pod.ownerUid = metadata.uid ?? NO_OWNER;
  }

  /**
   * In batches of 1, 2, 4 …: a pod that lacks the volume of a claim template can't be updated, and ends it.
   *
   * @returns false where that has happened
   */
  #process(set: Stored, replicas: number, current: Revision, update: Revision): boolean {
    const templates = items(part(set, 'spec').volumeClaimTemplates);
    const { rollingUpdate } = part(set, 'spec', 'updateStrategy');
    const partition = rollingUpdate === undefined ? 0 : Number(part(rollingUpdate).partition ?? 0);
    for (let first = 1, size = 1; first <= replicas; first += size, size *= 2) {
      const batch = Array.from({ length: Math.min(size, replicas + 1 - first) }, (_, index) => first + index);
      for (const ordinal of batch) {
        const revision = ordinal < 1 + partition ? current : update;
        const template = withClaims(revision.template, templates, ordinal);
        if (!this.node.pods.has(`c-${ordinal}`)) this.#createClaims(templates, ordinal);
        this.node.create(`c-${ordinal}`, revision.name, set.metadata.uid ?? '', template);
      }
      const names = new Set(batch.map(ordinal => `c-${ordinal}`));
      const pods = this.node.list().filter(({ name }) => names.has(name));
      if (templates.length > 0 && pods.some(({ template }) => !hasClaim(template))) return false;
    }
    return true;
  }

  #createClaims(templates: readonly Json[], ordinal: number): void {
    for (const { metadata, spec } of templates) {
      const name = `${String(part(metadata).name)}-c-${ordinal}`;
      this.node.claims.create(name, part(spec, 'resources', 'requests').storage);
    }
  }

  /** Replaces the outdated pod of the highest ordinal, from the partition up, and waits where one of those is not available. */
  #update(spec: Json, replicas: number, update: Revision, before: readonly SimulatedPod[]): void {
    const strategy = part(spec, 'updateStrategy');
    if (strategy.type === 'OnDelete') return;
    const partition = Number(part(strategy, 'rollingUpdate').partition ?? 0);
    for (let index = replicas - 1; index >= partition; index -= 1) {
      const pod = before.find(({ name }) => name === `c-${index + 1}`);
      if (pod === undefined) return;
      const outdated = pod.revision !== update.name && !pod.terminating;
      if (outdated) this.#delete(pod, 'update');
      if (outdated || !isUp(pod)) return;
    }
  }

  #delete(pod: SimulatedPod, cause: DeletionCause): void {
    if (pod.terminating) return;
    this.onDelete(pod, cause);
    this.node.terminate(pod.name);
  }

  /** The current revision becomes the update revision when all pods have it and are ready. */
  #writeStatus(set: Stored, replicas: number, current: Revision, update: Revision): void {
    const pods = this.node.list().filter(({ ownerUid }) => ownerUid === set.metadata.uid);
    const updated = pods.filter(pod => pod.revision === update.name && !pod.terminating).length;
    const ready = pods.filter(({ phase }) => phase === 'ready').length;
    const rolling = part(set, 'spec', 'updateStrategy').type === 'RollingUpdate';
    const complete = rolling && [updated, ready, pods.length].every(count => count === replicas);
    this.api.edit('StatefulSet', 'c', object => ({
      ...object,
      status: {
        observedGeneration: set.metadata.generation,
        replicas: pods.length,
        readyReplicas: ready,
        currentRevision: complete ? update.name : current.name,
        updateRevision: update.name,
      },
    }));
  }
}

/** The template of one pod, with the volume of its claim. */
function withClaims(template: Json, claims: readonly Json[], ordinal: number): Json {
  const volumes = claims.map(({ metadata }) => {
    const name = String(part(metadata).name);
    return { name, persistentVolumeClaim: { claimName: `${name}-c-${ordinal}` } };
  });
  if (volumes.length === 0) return template;
  const spec = part(template, 'spec');
  return { ...template, spec: { ...spec, volumes: [...items(spec.volumes), ...volumes] } };
}

const hasClaim = (template: Json): boolean =>
  items(part(template, 'spec').volumes).some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);

const split = <T>(all: readonly T[], first: (item: T) => boolean): [T[], T[]] => [
  all.filter(first),
  all.filter(item => !first(item)),
];
