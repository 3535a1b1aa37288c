import type { JetStreamReport, Placement, Replica } from '../../src/nats-cluster/jetstream/report';
import type { SystemRequest } from '../../src/nats-cluster/jetstream/system-request';
import { jetStreamReport, type JetStreamServer } from './jetstream';

interface SimulatedStream {
  readonly name: string;
  readonly replicas: number;
  readonly peers: Set<string>;
  /** The server that a move leaves, and the one that it goes to. */
  move: { readonly from: string; readonly to: string } | undefined;
}

/** Milliseconds for which a removed server may not come back. */
const SHUT_OUT_MS = 300_000;

/** The streams of servers with JetStream, which move when they are asked to, and the servers that quorums count. */
export class SimulatedStreams {
  readonly members = new Set<string>();
  readonly requests: string[] = [];
  /** What the next requests are answered with, instead of being carried out. */
  readonly failures: string[] = [];
  /** Moves come to no end. */
  isStuck = false;
  readonly #streams: SimulatedStream[];
  readonly #removed = new Map<string, number>();

  /** @param streams the servers of each, by its name */
  constructor(
    streams: Readonly<Record<string, readonly string[]>>,
    private readonly clock: { readonly time: number },
  ) {
    this.#streams = Object.entries(streams).map(([name, peers]) => ({
      ...{ name, replicas: peers.length, peers: new Set(peers), move: undefined },
    }));
  }

  peersOf(name: string): string[] {
    return [...(this.#streams.find(stream => stream.name === name)?.peers ?? [])].sort();
  }

  /** Everything that changes. */
  list(): unknown[] {
    const streams = this.#streams.map(({ name, peers }) => [name, ...peers]);
    return [streams, [...this.members], this.requests.length];
  }

  create(name: string, ...peers: string[]): void {
    this.#streams.push({ name, replicas: peers.length, peers: new Set(peers), move: undefined });
  }

  /** Servers that run join, and moves come to their end. */
  advance(running: readonly string[]): void {
    for (const name of running)
      if (this.clock.time >= (this.#removed.get(name) ?? -Infinity) + SHUT_OUT_MS) this.members.add(name);
    if (this.isStuck) return;
    for (const stream of this.#streams) {
      if (stream.move !== undefined) stream.peers.delete(stream.move.from);
      stream.move = undefined;
    }
  }

  /** @throws where a stream would be lost */
  checkRunning(running: readonly string[]): void {
    for (const { name, peers } of this.#streams)
      if (![...peers].some(peer => running.includes(peer))) throw new Error(`stream ${name} is on no server`);
  }

  /** @returns why it failed */
  request(request: SystemRequest): string | undefined {
    this.requests.push([request.kind, 'stream' in request ? request.stream : request.server].join(' '));
    const failure = this.failures.shift();
    if (failure !== undefined) return failure;
    if (request.kind === 'remove-peer') this.#remove(request.server);
    else if (request.kind === 'cancel') this.#cancel(request.stream);
    else if (request.kind === 'move') this.#move(request.stream, request.server);
    else for (const { name } of this.#streams) this.#move(name, request.server);
    return undefined;
  }

  #remove(server: string): void {
    const lost = this.#streams.find(({ peers }) => peers.has(server));
    if (lost !== undefined) throw new Error(`${server} is removed, with a replica of ${lost.name}`);
    this.members.delete(server);
    this.#removed.set(server, this.clock.time);
  }

  #move(name: string, from: string): void {
    const stream = this.#streams.find(each => each.name === name && each.peers.has(from));
    const to = [...this.members].sort().find(member => stream?.peers.has(member) === false);
    if (stream === undefined || stream.move !== undefined || to === undefined) return;
    stream.move = { from, to };
    stream.peers.add(to);
  }

  #cancel(name: string): void {
    const stream = this.#streams.find(each => each.name === name);
    if (stream?.move !== undefined) stream.peers.delete(stream.move.to);
    if (stream !== undefined) stream.move = undefined;
  }

  /** What a server says, whose first peer leads everything. */
  report(own: JetStreamServer, servers: readonly JetStreamServer[]): JetStreamReport {
    const report = jetStreamReport(own, servers);
    const running = servers.map(({ name }) => name);
    const leader = running.find(name => this.members.has(name));
    if (!report.answered || report.state !== 'on') return report;
    const others = [...this.members].filter(name => name !== own.name);
    const replicas = others.map((name): Replica => ({ name, ...stateOf(running.includes(name)) }));
    const led = this.#streams.filter(({ peers }) => [...peers].find(peer => running.includes(peer)) === own.name);
    const streamsOn = new Map<string, number>();
    for (const peer of led.flatMap(({ peers }) => [...peers])) streamsOn.set(peer, (streamsOn.get(peer) ?? 0) + 1);
    return {
      ...report,
      metaGroup: { leader, size: this.members.size, replicas: leader === own.name ? replicas : [] },
      usage: { ...report.usage, streams: this.#streams.filter(({ peers }) => peers.has(own.name)).length },
      assets: { streamsOn, unhealthy: [], omitted: 0, placements: { listed: led.map(toPlacement), omitted: 0 } },
    };
  }
}

const stateOf = (isRunning: boolean): Omit<Replica, 'name'> => ({
  ...{ current: isRunning, offline: !isRunning, lag: 0 },
});

const toPlacement = ({ name, replicas, peers, move }: SimulatedStream): Placement => ({
  ...{ account: 'A', stream: name, replicas, peers: [...peers], consumerPeers: [...peers] },
  ...{ isMoving: move !== undefined, lastSequence: 100 },
});
