import type { NatsClusterSpec } from '../../generated/nats-cluster';
import type { NatsClusterObject } from '../../src/nats-cluster/spec/resolve-cluster';
import { ApiServer } from './api-server';
import { Node, type Faults } from './node';
import { part, type Json } from './objects';
import { Operator, undisturbed, type SimulatedCluster, type Reconciliation } from './operator';
import { FOREIGN_OWNER, NO_OWNER } from './pod';
import { StatefulSetController } from './stateful-set-controller';
import { InvariantChecker } from './invariant-checker';

/** A Kubernetes with one NatsCluster, `n/c`, that moves only when it is told to: one step of one part at a time. */
export class Simulation implements SimulatedCluster {
  readonly api = new ApiServer();
  readonly faults: Faults = {
    sick: new Set(),
    silent: new Set(),
    lagging: new Set(),
    refused: new Set(),
    isolated: new Set(),
    forbidden: false,
    registryDown: false,
    brokenUsers: false,
  };
  /** The Events of the operator's writes, as `Reason: message`. */
  readonly events: string[] = [];
  readonly node = new Node(this.api, this, this.faults);
  readonly statefulSets = new StatefulSetController(this.api, this.node, pod => {
    if (!this.#byHand) this.#watchdog.checkVictim(pod);
  });
  time = Date.parse('2026-01-01T00:00:00Z');
  operatorClockSkew = 0;
  imageRepository: string | undefined;
  cluster: NatsClusterObject;
  readonly #watchdog = new InvariantChecker(this);
  readonly operator = new Operator(
    this,
    (observed, result) => this.#watchdog.checkTurn(observed, result),
    action => {
      this.#watchdog.checkAction(action);
      this.#byHand = false;
      if (action.event !== undefined) this.events.push(`${action.event.reason}: ${action.event.message}`);
    },
  );
  /** Somebody changed the StatefulSet since the operator last wrote it: what it does is not the operator's doing. */
  #byHand = false;
  /** Somebody took a configuration file away, and it is not back yet. */
  #robbed = false;

  /** A simulation of that cluster after its creation. */
  static stable(spec: NatsClusterSpec): Simulation {
    const simulation = new Simulation(spec);
    simulation.runUntilStable();
    return simulation;
  }

  constructor(spec: NatsClusterSpec) {
    this.cluster = { metadata: { name: 'c', namespace: 'n', uid: 'cluster-uid', generation: 1 }, spec };
  }

  operate(turn: Reconciliation = undisturbed): boolean {
    const wrote = this.operator.turn(turn);
    this.#check();
    return wrote;
  }

  controlStatefulSet(): void {
    this.statefulSets.sync();
    this.#check();
  }

  advancePod(index: number): void {
    const pods = this.node.list();
    const pod = pods[index % Math.max(pods.length, 1)];
    if (pod !== undefined) this.node.advance(pod);
    this.#check();
  }

  mesh(): boolean {
    return this.node.mesh();
  }

  /** Pods whose owner is gone go as well. */
  collectGarbage(): void {
    const uid = this.api.get('StatefulSet', 'c')?.metadata.uid;
    const owners = [uid, this.cluster.metadata?.uid, FOREIGN_OWNER, NO_OWNER];
    for (const { ownerUid, name } of this.node.list()) if (!owners.includes(ownerUid)) this.node.terminate(name);
  }

  /** Whatever was wrong with the environment is over. */
  recover(): void {
    this.faults.sick.clear();
    this.faults.silent.clear();
    this.faults.lagging.clear();
    this.faults.refused.clear();
    this.faults.isolated.clear();
    this.faults.forbidden = false;
    this.faults.registryDown = false;
    this.faults.brokenUsers = false;
  }

  changeSpec(change: Partial<NatsClusterSpec>): void {
    const { metadata, spec } = this.cluster;
    this.cluster = {
      ...this.cluster,
      metadata: { ...metadata, generation: (metadata?.generation ?? 0) + 1 },
      spec: { ...spec, ...change },
    };
  }

  annotate(annotations: Record<string, string>): void {
    this.cluster = { ...this.cluster, metadata: { ...this.cluster.metadata, annotations } };
  }

  /** Somebody changes a child. */
  edit(kind: string, name: string, edit: (object: Json) => Json): void {
    if (kind === 'StatefulSet') this.#byHand = true;
    if (kind === 'Secret') this.#robbed = true;
    this.api.edit(kind, name, edit);
  }

  /** Somebody deletes a child. */
  remove(kind: string, name: string): void {
    if (kind === 'StatefulSet') this.#byHand = true;
    if (kind === 'Secret') this.#robbed = true;
    this.api.remove(kind, name);
  }

  /** Lets everything take its turn once; tells whether anything has moved. */
  round(): boolean {
    const before = this.#fingerprint();
    this.operate();
    this.controlStatefulSet();
    for (const pod of this.node.list()) this.node.advance(pod);
    this.node.claims.expand();
    const running = this.node.list().flatMap(({ name, server }) => (server?.hasJetStream === true ? name : []));
    this.node.streams?.advance(running);
    this.node.streams?.checkRunning(running);
    this.#check();
    let meshing = true;
    while (meshing) meshing = this.mesh();
    this.#check();
    this.collectGarbage();
    this.time += 2_000;
    return this.#fingerprint() !== before;
  }

  /**
   * Lets everything run until nothing moves any more, even after a long time.
   *
   * @throws where it does not come to rest
   */
  runUntilStable(rounds = 300): void {
    let still = 0;
    for (let round = 0; round < rounds && still < 3; round += 1) {
      still = this.round() ? 0 : still + 1;
      if (still === 2) this.time += 600_000;
    }
    if (still < 3) throw new Error(`no rest: ${JSON.stringify(this.cluster.status, undefined, 1)}`);
  }

  #check(): void {
    this.#watchdog.checkWorld();
    const missing = this.#watchdog.findMissingConfig();
    const isBack = missing === undefined && Object.keys(part(this.api.get('Secret', 'c'), 'data')).length > 1;
    if (isBack) this.#robbed = false;
    if (missing !== undefined && !this.#robbed) throw new Error(`the Secret lacks ${missing}`);
  }

  #fingerprint(): string {
    const pods = this.node.list().map(({ name, uid, phase, terminating }) => [name, uid, phase, terminating]);
    const children = this.api.list().map(({ metadata }) => part(metadata).resourceVersion);
    const { streams } = this.node;
    return JSON.stringify([pods, children, this.node.claims.list(), streams?.list(), this.cluster.status]);
  }
}
