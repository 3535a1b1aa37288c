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

/** Milliseconds for each part of a request about a Lease, of which a few have to fit between two renewals. */
const LEASE_TIMEOUT = 3_000;

/** Where an operator belongs that is in no pod: the namespace of Pepr's Deployments. */
const PEPR_NAMESPACE = 'pepr-system';

/** Milliseconds for the last writes to arrive when the operator is stopped. */
const LAST_WRITES = 400;

/** The namespaces that this operator looks after: all, unless WATCH_NAMESPACE names some. */
export const scope = parseScope(process.env.WATCH_NAMESPACE);

const { name, namespace = scope?.[0] ?? PEPR_NAMESPACE } = ownPod(process.env);

/** Has connections of its own, so that renewals never wait for other requests. */
const leaseKube = new KubeClient({ timeout: LEASE_TIMEOUT });

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

/** The loop that every capability's events feed. */
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

/** Takes part among those that could be in charge. */
export function runForElection(): void {
  const onLost = (): void => inBackground(async () => kube.abort(), Log, 'requests under way could not be broken off');
  const events = { onPoll: () => controller.resume(), onLost, onLeadership: logLeadership };
  inBackground(async () => leadership.run(events), Log, 'the Leases are no longer looked at');
}

/** Ends all work, and lets another replica take over at once. */
export async function stop(): Promise<void> {
  controller.stop();
  await leadership.stop(async () => kube.settle(LAST_WRITES));
}

function logLeadership({ kind, message }: LeadershipState): void {
  if (kind !== 'aside') {
    Log.info({ reason: kind }, message);
    return;
  }
  Log.warn({ reason: kind }, message);
  inBackground(async () => podEvents.record(message), Log, 'an Event was lost');
}
