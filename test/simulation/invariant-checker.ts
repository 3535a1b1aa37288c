import { findChild } from '../../src/nats-cluster/child';
import type { Child } from '../../src/nats-cluster/children';
import type { Observed } from '../../src/nats-cluster/observed';
import type { Action } from '../../src/nats-cluster/action';
import { reasonOf } from '../../src/nats-cluster/status/condition-reasons';
import type { ConditionType } from '../../src/nats-cluster/status/condition-types';
import { states } from '../../src/nats-cluster/status/states';
import type { SyncResult } from '../../src/nats-cluster/sync';
import type { SimulatedCluster } from './operator';
import { controllerOf, isSame, part } from './objects';
import { isUp } from './node';
import { FOREIGN_OWNER, ordinalOf, serverOf, type SimulatedPod } from './pod';

/** Watches a simulated cluster for what must never happen, whatever the history; throws when it does. */
export class InvariantChecker {
  /** The servers that the operator took down, and that have not come back yet. */
  readonly #taken = new Set<string>();

  constructor(private readonly world: SimulatedCluster) {}

  /** Before anything is written: what a turn has decided. */
  checkTurn({ cluster, children }: Observed, { actions, status }: SyncResult): void {
    const disruptive = actions.filter(action => action.disruptive);
    if (disruptive.length > 1) throw new Error(`${disruptive.length} disruptive actions in one sync`);
    const idle = cluster.spec?.paused === true || part(condition(status, 'SpecValid')).status === 'False';
    checkWords(status);
    if (idle && actions.length > 0) throw new Error('a write while paused, or for an invalid spec');
    const isHeld = part(condition(status, 'SecretsValid')).status === 'False';
    if (isHeld && actions.some(action => changesServers(action, children)))
      throw new Error('a change of what servers run with, while a Secret is broken');
  }

  /** Before a write. */
  checkAction(action: Action): void {
    if (action.type === 'delete-pod') {
      this.checkVictim(this.world.node.pods.get(action.pod.name));
      return;
    }
    if (!('child' in action || 'statefulSet' in action)) return;
    const child = action.type === 'recreate' ? action.statefulSet : action.child;
    const { kind } = child;
    const { name } = child.metadata;
    const live = this.world.api.get(kind, name);
    const owner = controllerOf(live?.metadata.ownerReferences);
    if (owner !== undefined && owner !== this.world.cluster.metadata?.uid) {
      throw new Error(`${kind}/${name} is somebody else's`);
    }
  }

  /** A pod is deleted by the operator's will. */
  checkVictim(pod: SimulatedPod | undefined): void {
    if (pod === undefined || !isUp(pod) || this.world.cluster.spec?.hibernate === true) return;
    this.#taken.add(pod.name);
    if (this.#taken.size > 1) throw new Error(`taken down at once: ${[...this.#taken].join(', ')}`);
    const { lagging } = this.world.node.faults;
    if (pod.server?.hasJetStream && [...lagging].some(name => name !== pod.name))
      throw new Error(`taken down while others are behind: ${pod.name}`);
  }

  /** After every step of anything. */
  checkWorld(): void {
    const { api, node } = this.world;
    const replicas = Number(part(api.get('StatefulSet', 'c'), 'spec').replicas ?? 0);
    for (const name of this.#taken) {
      const pod = node.pods.get(name);
      const gone = pod === undefined && !(ordinalOf(name) <= replicas);
      if (gone || (pod !== undefined && node.serves(pod))) this.#taken.delete(name);
    }
  }

  /** A configuration that a pod may start with, and that is not there. */
  findMissingConfig(): string | undefined {
    const { api, node, statefulSets } = this.world;
    const keys = Object.keys(part(api.get('Secret', 'c'), 'data'));
    const { currentRevision, updateRevision } = part(api.get('StatefulSet', 'c'), 'status');
    const revisions = [currentRevision, updateRevision].flatMap(name => statefulSets.revisions.find(name) ?? []);
    const own = node.list().filter(({ ownerUid }) => ownerUid !== FOREIGN_OWNER);
    return [...own, ...revisions].map(({ template }) => serverOf(template).configKey).find(key => !keys.includes(key));
  }
}

/** Whatever a condition says stands in the table, and the state is no lie. */
function checkWords({ conditions = [], state = '', readyReplicas = 0, ...status }: SyncResult['status']): void {
  for (const { type, reason } of conditions ?? []) {
    if (reasonOf(type as ConditionType, reason) === undefined) throw new Error(`${type} has no reason ${reason ?? ''}`);
  }
  if (!(state in states)) throw new Error(`there is no state ${state}`);
  if (state === 'Healthy' && readyReplicas === 0) throw new Error('healthy, without a server');
  const isReady = part(condition({ conditions }, 'Ready')).status === 'True';
  if (isReady && (status.phase === 'Failed' || state === 'Degraded' || state === 'Unavailable'))
    throw new Error(`${state} and ${status.phase ?? ''} while all servers serve`);
}

export const condition = (status: SyncResult['status'] | undefined, type: string): unknown =>
  status?.conditions?.find(each => each.type === type);

/** Whether a write replaces a configuration or a template that is there. */
function changesServers(action: Action, children: readonly Child[]): boolean {
  if (action.type !== 'apply') return action.type === 'delete-pod';
  const { child } = action;
  const live = findChild(children, child.kind, child.metadata.name);
  if (live === undefined) return false;
  return (
    child.kind === 'Secret' ||
    (child.kind === 'StatefulSet' && !isSame(child.spec?.template, part(live, 'spec').template))
  );
}
