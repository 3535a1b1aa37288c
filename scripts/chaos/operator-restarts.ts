import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import { podName, podUid } from './pod-monitor';

/**
 * Within so many milliseconds the container of the webhooks ends where it could not read Pepr's store, which it can do only once: after so long it was at work
 * (src/operator/wait-for-webhooks.ts).
 */
const START_MS = 60_000;

/** Finds containers of the operator that ended by themselves: a pure state machine, fed with readings of its pods. */
export class OperatorRestarts {
  /** By the uid of a pod: how often we have ended one of its containers, or all of them. */
  readonly #kills = new Map<string, number>();
  readonly #reported = new Set<string>();
  /** What was before the first reading is of another run. */
  #isFirst = true;
  /** When the API server went down and came back, in milliseconds. */
  readonly #outages: { readonly begin: number; end: number }[] = [];

  /** We are about to end processes of that pod; each of its containers may restart once more for it. */
  expect(pod: V1Pod): void {
    this.#kills.set(podUid(pod), (this.#kills.get(podUid(pod)) ?? 0) + 1);
  }

  /** We take the API server down; what is returned says when it is back. */
  beginOutage(begin: number): (end: number) => void {
    const outage = { begin, end: Infinity };
    this.#outages.push(outage);
    return end => void (outage.end = end);
  }

  /** @returns what must not be, in words */
  read(pods: readonly V1Pod[]): string[] {
    if (this.#isFirst) pods.forEach(pod => this.#kills.set(podUid(pod), mostRestarts(pod)));
    this.#isFirst = false;
    return pods.flatMap(pod => (pod.status?.containerStatuses ?? []).flatMap(status => this.#problemOf(pod, status)));
  }

  #problemOf(pod: V1Pod, { name, restartCount, lastState }: ContainerStatus): string[] {
    const restart = `${podUid(pod)}/${name}/${restartCount}`;
    if (restartCount <= (this.#kills.get(podUid(pod)) ?? 0) || this.#reported.has(restart)) return [];
    this.#reported.add(restart);
    const { terminated } = lastState ?? {};
    if (terminated !== undefined && this.#isFailedStart(terminated)) {
      this.expect(pod);
      return [];
    }
    const how = `exit code ${terminated?.exitCode ?? '?'}, ${terminated?.reason ?? 'no reason'}`;
    return [`${name} of ${podName(pod)} ended by itself: ${how}`];
  }

  #isFailedStart({ exitCode, startedAt, finishedAt }: V1ContainerStateTerminated): boolean {
    const [begin, end] = [startedAt, finishedAt].map(time => new Date(time ?? NaN).getTime()) as [number, number];
    const isDuringOutage = this.#outages.some(outage => outage.begin < end && begin < outage.end);
    return exitCode === 1 && end - begin < START_MS && isDuringOutage;
  }
}

const mostRestarts = ({ status }: V1Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

type ContainerStatus = NonNullable<NonNullable<V1Pod['status']>['containerStatuses']>[number];
