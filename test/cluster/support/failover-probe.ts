import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { byManifests } from '../../../scripts/operator/ways';
import { AuditLog, isWrite } from './audit-log';
import { getObject, kubectl } from './kubectl';
import { isReady } from './objects';
import { atEnd } from './tear-down';
import { waitFor } from './wait-for';

const { namespace: HOME } = byManifests;

/** One write of the cluster-wide operator, and by which of its pods. */
interface Write {
  readonly pod: string;
  /** Milliseconds since 1970, by the API server's clock. */
  readonly at: number;
}

/** What is seen of the pods of the cluster-wide operator while one takes over from another: who mends a child of a NatsCluster that is changed by hand all the while. */
export class FailoverProbe {
  readonly #ended: Promise<void>;
  #running = true;

  private constructor(
    private readonly namespace: string,
    private readonly cluster: string,
    private readonly audit: AuditLog,
    readonly former: V1Pod,
  ) {
    this.#ended = this.#change();
    atEnd(async () => this.#stop().catch(() => undefined));
  }

  /**
   * Changes that NatsCluster's PodDisruptionBudget again and again from now on, and returns once the pod in charge mends it. No webhook is asked about
   * that: one that hangs with its pod would hold the changes up.
   */
  static async begin(namespace: string, cluster: string): Promise<FailoverProbe> {
    // Those of an older rollout, which are about to go, would hand over once more.
    await waitFor(isRolledOut, { what: 'no pods of the operator but those that stay' });
    const former = await waitFor(leader, { what: 'a pod to be in charge' });
    const handover = new FailoverProbe(namespace, cluster, await AuditLog.fromNow(ACCOUNT), former);
    await handover.#written(({ pod }) => pod === former.metadata?.name);
    return handover;
  }

  /** @returns how many milliseconds after that another pod wrote for the first time. A pod that is deleted writes on until its `preStop` hook is over. */
  async takenOverAfter(disturbance: () => Promise<unknown>): Promise<number> {
    const since = Date.now();
    await disturbance();
    const [first] = await this.#written(({ pod }) => pod !== this.former.metadata?.name);
    return (first?.at ?? Infinity) - since;
  }

  /** Waits for the successor to write on for a while, and ends the changes. @returns the writers, each once for each time that it took over */
  async end(): Promise<readonly string[]> {
    const isLater = ({ at }: Write): boolean => at > since;
    const since = Date.now();
    await this.#written(isLater, 20);
    await this.#stop();
    const pods = (await this.#writes()).map(({ pod }) => pod);
    return pods.filter((pod, index) => pod !== pods[index - 1]);
  }

  async #stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async #written(isWanted: (write: Write) => boolean, count = 5): Promise<readonly Write[]> {
    return waitFor(
      async () => {
        const found = (await this.#writes()).filter(isWanted);
        return found.length >= count ? found : undefined;
      },
      { what: `${count} writes by one of the operator's pods` },
    );
  }

  async #writes(): Promise<readonly Write[]> {
    const requests = await this.audit.operatorRequests();
    const writes = requests
      .filter(isWrite)
      .flatMap(({ user, objectRef, responseStatus, requestReceivedTimestamp = '' }) => {
        const [pod = ''] = user.extra?.['authentication.kubernetes.io/pod-name'] ?? [];
        const isDone = objectRef?.namespace === this.namespace && (responseStatus?.code ?? 500) < 300;
        return isDone ? [{ pod, at: Date.parse(requestReceivedTimestamp) }] : [];
      });
    // The log has them in the order in which they were answered.
    return writes.sort((one, other) => one.at - other.at);
  }

  async #change(): Promise<void> {
    const patch = ['--type=merge', '-p', JSON.stringify({ spec: { maxUnavailable: 0 } })];
    while (this.#running) {
      await kubectl(['patch', 'poddisruptionbudget', this.cluster, '-n', this.namespace, ...patch]);
      await pause(100);
    }
  }
}

const ACCOUNT = `system:serviceaccount:${HOME}:nats-operator`;

async function isRolledOut(): Promise<boolean> {
  const list = await getObject<{ items: V1Pod[] }>(['pods', '-n', HOME, '-l', byManifests.selector]);
  const pods = list?.items ?? [];
  return pods.length === byManifests.deployments[0]?.replicas && pods.every(isReady);
}

/** The operator's pod that holds the Lease. */
export async function leader(): Promise<V1Pod | undefined> {
  const name = await kubectl(['get', 'lease', 'nats-operator', '-n', HOME, '-o', 'jsonpath={.spec.holderIdentity}']);
  return name === '' ? undefined : getObject<V1Pod>(['pod', name, '-n', HOME]);
}
