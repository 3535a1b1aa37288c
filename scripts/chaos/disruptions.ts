import type { V1Pod } from '@kubernetes/client-node';
import { isReady } from '../../test/cluster/support/objects';
import { podName, podUid } from './pod-monitor';

/** A server that is not ready for less than that may not have been noticed yet when another one was deleted. */
const NOTICE_MS = 2_000;

/** Finds servers that somebody else deletes while another one is down: a pure state machine, fed with readings of the pods. */
export class Disruptions {
  /** The names of all pods by uid, and the uids of those that left. */
  readonly #names = new Map<string, string>();
  readonly #gone = new Set<string>();
  /** Since when each server is not ready. */
  readonly #notReady = new Map<string, number>();
  /** Servers that somebody else has deleted, until they are ready again. */
  readonly #deleted = new Set<string>();
  readonly #expected = new Set<string>();

  constructor(private readonly servers: readonly string[]) {}

  /** The pods of these servers are about to be deleted by us, or by what we ask for. */
  expect(...servers: readonly string[]): void {
    servers.forEach(server => this.#expected.add(server));
  }

  /** A burst is over. */
  expectNothing(): void {
    this.#expected.clear();
  }

  /** @returns what must not be, in words */
  read(pods: readonly V1Pod[], now: number): string[] {
    const ready = new Set(pods.filter(isReady).map(podName));
    for (const server of ready) this.#deleted.delete(server);
    const problems = this.#recordLeaving(pods)
      .filter(server => !this.#expected.has(server))
      .flatMap(server => this.#problemOf(server, ready, now));
    for (const server of this.servers) {
      if (ready.has(server)) this.#notReady.delete(server);
      else if (!this.#notReady.has(server)) this.#notReady.set(server, now);
    }
    return problems;
  }

  /** A pod may be gone before it is seen to leave. */
  #recordLeaving(pods: readonly V1Pod[]): string[] {
    const present = new Map(pods.map(pod => [podUid(pod), pod]));
    for (const [uid, pod] of present) this.#names.set(uid, podName(pod));
    const isLeaving = (uid: string): boolean => {
      const pod = present.get(uid);
      return pod === undefined || pod.metadata?.deletionTimestamp !== undefined;
    };
    const left = [...this.#names].filter(([uid]) => !this.#gone.has(uid) && isLeaving(uid));
    left.forEach(([uid]) => this.#gone.add(uid));
    return left.map(([, name]) => name);
  }

  #problemOf(server: string, ready: ReadonlySet<string>, now: number): string[] {
    const isDown = (other: string): boolean =>
      this.#deleted.has(other) || now - (this.#notReady.get(other) ?? now) > NOTICE_MS;
    const down = this.servers.filter(other => other !== server && !ready.has(other) && isDown(other));
    this.#deleted.add(server);
    return down.map(other => `${server} was deleted while ${other} was not ready`);
  }
}
