import { Log } from 'pepr';
import { ClusterController } from '../src/nats-cluster/controller/controller';
import { inBackground } from '../src/runtime/in-background';
import { KubeClient } from '../src/runtime/kube-client';
import { operatorName, ownPod } from '../src/runtime/own-pod';
import { exemptNamespaces, parseScope } from '../src/runtime/scope';
import { LeaseClient } from '../src/leader-election/lease-client';
import { appointedNamespace } from '../src/leader-election/appointed-operator';
import { Leadership } from '../src/leader-election/leader-election';
import { PodEvents } from '../src/leader-election/pod-events';
import type { LeadershipState } from '../src/leader-election/leadership-state';

/** Timeout of each part of a Lease request in milliseconds, so that several attempts fit into a renewal interval. */
const LEASE_TIMEOUT_MS = 3_000;

/** The namespace of an operator that does not run in a pod: that of Pepr's Deployments. */
const PEPR_NAMESPACE = 'pepr-system';

/** Grace period in milliseconds for in-flight writes at shutdown. */
const WRITE_GRACE_MS = 400;

/** The namespaces in the operator's scope: all, unless WATCH_NAMESPACE lists some. */
export const scope = parseScope(process.env.WATCH_NAMESPACE);

const { name, namespace = scope?.[0] ?? PEPR_NAMESPACE } = ownPod(process.env);

/** A separate connection pool, so that Lease renewals never wait for other requests. */
const leaseKube = new KubeClient({ timeout: LEASE_TIMEOUT_MS });

/** Whether this process may write to clusters. */
export const leadership = new Leadership({
  client: new LeaseClient(leaseKube),
  pod: { name, namespace },
  scope,
  appointed: async () => appointedNamespace(leaseKube),
  log: Log,
});

const podEvents = new PodEvents(leaseKube, { name, namespace });

/** The connection to the API server that all capabilities share. */
export const kube = new KubeClient({ mayWrite: () => leadership.mayWrite() });

/** The controller that receives the events of all capabilities. */
export const controller = new ClusterController({
  kube,
  log: Log,
  scope,
  ownership: leadership,
  imageRepository: process.env.IMAGE_REPOSITORY || undefined,
  operatorNamespace: namespace,
  operator: operatorName({ name, namespace }),
  exemptNamespaces: exemptNamespaces(scope, namespace),
  issuesTokens: process.env.NATS_OPERATOR_SERVICE_ACCOUNTS !== 'false',
});

/** Runs for election. */
export function runForElection(): void {
  const onLost = (): void => inBackground(async () => kube.abort(), Log, 'Failed to abort in-flight requests');
  const events = { onPoll: () => controller.resume(), onLost, onLeadership: logLeadership };
  inBackground(async () => leadership.run(events), Log, 'Leader election stopped unexpectedly');
}

/** Stops all work and releases the Leases, so that another replica can take over immediately. */
export async function stop(): Promise<void> {
  controller.stop();
  await leadership.stop(async () => kube.settle(WRITE_GRACE_MS));
}

function logLeadership({ kind, message }: LeadershipState): void {
  if (kind !== 'aside') {
    Log.info({ reason: kind }, message);
    return;
  }
  Log.warn({ reason: kind }, message);
  inBackground(async () => podEvents.record(message), Log, 'Failed to record event');
}
