import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { childId, findChild } from '../../src/nats-cluster/child';
import type { NatsClusterObject } from '../../src/nats-cluster/spec/resolve-cluster';
import { FAILED_POD_TEMPLATE_HASH_ANNOTATION } from '../../src/nats-cluster/spec/labels';
import type { Observed, StoredFields } from '../../src/nats-cluster/observed';
import { parsePodRejection, type PodRejection } from '../../src/nats-cluster/rollout/pod-rejection';
import type { SpecProblem } from '../../src/nats-cluster/validation/spec-problem';
import type { SecretContent } from '../../src/kubernetes/secret-content';
import { validateCluster } from '../../src/nats-cluster/validation/validate-cluster';
import type { Action, AdoptPodAction, RecreateAction } from '../../src/nats-cluster/action';
import { appliedEvent } from '../../src/nats-cluster/apply/apply-events';
import { storedFields } from '../../src/nats-cluster/apply/drift';
import type { EventDraft } from '../../src/nats-cluster/event-reasons';
import { ownPods } from '../../src/nats-cluster/rollout/own-pods';
import { hasJetStream } from '../../src/nats-cluster/spec/jetstream';
import { agesOf, updateObservations, type Observations } from '../../src/nats-cluster/rollout/observations';
import { requestId } from '../../src/nats-cluster/jetstream/system-request';
import { sync, type SyncResult } from '../../src/nats-cluster/sync';
import { secretOf } from '../fixtures/secret';
import { Rejection, type ApiServer } from './api-server';
import type { Faults, Node } from './node';
import { controllerOf, isSame, part, type Json } from './objects';
import { NO_OWNER, toObject } from './pod';
import type { StatefulSetController } from './stateful-set-controller';

/** What a turn of the operator may suffer. */
export interface Reconciliation {
  /** How many looks old its picture of the world is; it takes no server down on an old one. */
  readonly age: number;
  /** How many writes it comes to before it is stopped. */
  readonly writes: number;
}

export const undisturbed: Reconciliation = { age: 0, writes: Infinity };

/** The Secret `users`, for specs that name it. */
const users = secretOf({ 'users.json': '{"users": [{"username": "orders", "password": "change-me"}]}' });
const brokenUsers = secretOf({ 'users.json': 'oops' });

/** The logins and certificates of routes, for specs that name them. */
const steadySecrets: readonly (readonly [string, SecretContent])[] = [
  ...['login-a', 'login-b'].map(
    name => [name, secretOf({ login: `{"username": "r", "password": "${name}"}` })] as const,
  ),
  ...['routes', 'other-routes'].map(name => [name, secretOf({ unused: 'its files are elsewhere' })] as const),
];

/** Of servers that have streams. */
const systemUser = { publicKey: 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ', seed: 'SU' };

/** What surrounds the operator. */
export interface SimulatedCluster {
  readonly api: ApiServer;
  readonly node: Node;
  readonly statefulSets: StatefulSetController;
  readonly faults: Faults;
  cluster: NatsClusterObject;
  time: number;
  /** How many milliseconds the operator's clock is ahead of everybody else's. */
  readonly operatorClockSkew: number;
  /** What the operator was told of where sidecars come from. */
  readonly imageRepository: string | undefined;
}

/** The operator's loop around sync: observe, decide, carry out, write the status. */
export class Operator {
  readonly #looks: Observed[] = [];
  readonly #stored = new Map<string, StoredFields>();
  /** The Events of what was applied. */
  readonly events: EventDraft[] = [];
  /** All Events, in order, as `Type Reason: message`. */
  readonly story: string[] = [];
  #sightings: Observations = new Map();
  readonly #requests = new Map<string, { readonly at: number; readonly error: string | undefined }>();
  /** By generation, as the controller keeps them. */
  readonly #problems = new Map<number, readonly SpecProblem[]>();

  constructor(
    private readonly world: SimulatedCluster,
    private readonly onTurn: (observed: Observed, result: SyncResult) => void,
    private readonly onAction: (action: Action) => void,
  ) {}

  /** A restarted process knows nothing of what was applied, requested or observed. */
  restart(): void {
    this.#stored.clear();
    this.#requests.clear();
    this.#sightings = new Map();
  }

  /** One turn; tells whether it wrote anything. */
  turn({ age, writes }: Reconciliation): boolean {
    const fresh = this.observe();
    const old = this.#looks.at(-1 - age) ?? fresh;
    // A child that an old picture lacks is looked up by its name before it is made.
    const observed = old.children.length < 5 ? fresh : old;
    const result = sync(observed, new Date(this.world.time + this.world.operatorClockSkew));
    this.onTurn(observed, result);
    let written = 0;
    for (const action of result.actions) {
      if (written >= writes || (action.disruptive && observed !== fresh)) return written > 0;
      if (!this.#carryOut(action)) return true;
      written += 1;
    }
    if (result.actions.some(action => action.type === 'apply' && action.isFirst)) return true;
    return this.#writeStatus(observed, result) || written > 0;
  }

  /** What a reconciliation sees now. */
  observe(): Observed {
    const { api, node, cluster, faults } = this.world;
    const lastGoodTemplate = this.#lastGoodTemplate();
    const podRejection = this.#podRejection();
    const children = api.children();
    const set = findChild(children, 'StatefulSet', 'c');
    const pods = structuredClone(node.list().map(toObject));
    const [own, servers] = [ownPods(cluster, set, pods), node.reports(hasJetStream(cluster.spec ?? {}))];
    this.#sightings = updateObservations(this.#sightings, set, own, servers, this.world.time);
    const look: Observed = {
      cluster: structuredClone(cluster),
      children,
      pods,
      claims: node.claims.list(),
      stored: new Map(this.#stored),
      ages: agesOf(this.#sightings, this.world.time),
      servers,
      problems: this.#validate(cluster),
      ...(node.streams === undefined ? {} : { systemUser, ...this.#ofStreams() }),
      secrets: new Map([...steadySecrets, ['users', faults.brokenUsers ? brokenUsers : users]]),
      ...(lastGoodTemplate === undefined ? {} : { lastGoodTemplate }),
      ...(podRejection === undefined ? {} : { podRejection }),
      ...(this.world.imageRepository === undefined ? {} : { imageRepository: this.world.imageRepository }),
    };
    this.#looks.push(look);
    if (this.#looks.length > 8) this.#looks.shift();
    return look;
  }

  #ofStreams(): Pick<Observed, 'requests'> {
    const { time } = this.world;
    return { requests: new Map([...this.#requests].map(([id, { at, error }]) => [id, { age: time - at, error }])) };
  }

  /** Read where the StatefulSet controller has tried and pods are missing. */
  #podRejection(): PodRejection | undefined {
    const set = this.world.api.get('StatefulSet', 'c');
    const { observedGeneration, replicas } = part(set, 'status');
    const hasTried = set !== undefined && observedGeneration === set.metadata.generation;
    const isShort = hasTried && Number(replicas) < Number(part(set, 'spec').replicas);
    const { rejection } = this.world.node;
    return isShort && rejection !== undefined ? parsePodRejection(rejection) : undefined;
  }

  #validate(cluster: NatsClusterObject): readonly SpecProblem[] {
    const { generation = 0 } = cluster.metadata ?? {};
    const problems = this.#problems.get(generation) ?? validateCluster(cluster).problems;
    this.#problems.set(generation, problems);
    return problems;
  }

  /** Read as the controller reads it: during a roll, and while a template counts as failed. */
  #lastGoodTemplate(): V1PodTemplateSpec | undefined {
    const set = this.world.api.get('StatefulSet', 'c');
    const { currentRevision, updateRevision } = part(set, 'status');
    const failed = set?.metadata.annotations?.[FAILED_POD_TEMPLATE_HASH_ANNOTATION] !== undefined;
    if (currentRevision === updateRevision && !failed) return undefined;
    return structuredClone(this.world.statefulSets.revisions.find(currentRevision)?.template);
  }

  /** False where the write is refused. */
  #carryOut(action: Action): boolean {
    this.onAction(action);
    const { api, node } = this.world;
    if (action.type === 'delete-pod') {
      if (node.pods.get(action.pod.name)?.uid === action.pod.uid) node.terminate(action.pod.name);
      this.#record(action.event);
      return true;
    }
    if (action.type === 'adopt-pod') return this.#adopt(action);
    if (action.type === 'recreate') return this.#recreate(action);
    if (action.type === 'patch-claim') {
      node.claims.patch(action);
      this.#record(action.event ?? { type: 'Normal', reason: 'Updated', message: action.claim.name });
      return true;
    }
    // What a pod is told by its annotations is for its kubelet and its reloader; simulated servers have none.
    if (action.type === 'mark-pod') return true;
    if (action.type === 'system-requests') {
      for (const request of action.requests)
        this.#requests.set(requestId(request), { at: this.world.time, error: node.streams?.request(request) });
      return true;
    }
    try {
      const stored = storedFields(action.child, api.apply(action.child, action.adoptFieldOwnership));
      this.#stored.set(childId(action.child), stored);
      const event = appliedEvent(action, stored);
      if (event !== undefined) this.events.push(event);
      if (event !== undefined) this.#record(event);
      return true;
    } catch (error) {
      if (error instanceof Rejection) return false;
      throw error;
    }
  }

  /** The garbage collector takes the owner off the pods at once. */
  #recreate({ statefulSet, uid, event }: RecreateAction): boolean {
    const { api, node } = this.world;
    const { kind, metadata } = statefulSet;
    if (api.get(kind, metadata.name)?.metadata.uid !== uid) return false;
    for (const pod of node.list()) if (pod.ownerUid === uid) pod.ownerUid = NO_OWNER;
    api.remove(kind, metadata.name);
    this.#stored.set(childId(statefulSet), storedFields(statefulSet, api.apply(statefulSet)));
    this.#record(event);
    return true;
  }

  /** Refused where the pod is another; it is no other in the simulation for as long as its uid is the same. */
  #adopt({ pod: { name, uid }, ownerReferences }: AdoptPodAction): boolean {
    const pod = this.world.node.pods.get(name);
    const owner = controllerOf(ownerReferences);
    if (pod?.uid !== uid || owner === undefined) return false;
    pod.ownerUid = owner;
    return true;
  }

  #record({ type, reason, message }: EventDraft): void {
    this.story.push(`${type} ${reason}: ${message}`);
  }

  #writeStatus({ cluster }: Observed, { status, events }: SyncResult): boolean {
    if (isSame(status, cluster.status)) return false;
    for (const event of events) this.#record(event);
    this.world.cluster = { ...this.world.cluster, status: structuredClone(status) as Json };
    return true;
  }
}
