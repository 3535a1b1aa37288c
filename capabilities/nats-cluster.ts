import { a, Capability } from 'pepr';
import { NatsCluster } from '../generated/kinds';
import { childKinds } from '../src/nats-cluster/children';
import { controller } from './operator';
import { toChild, toWatchEvent, watchAllEvents } from './watch-all-events';

/**
 * Watches NatsClusters and the objects they own; each change enqueues its cluster. Configuration Secrets are watched by
 * metadata with all other Secrets, see named-secrets.ts.
 */
export const natsCluster = new Capability({
  name: 'nats-cluster',
  description: 'Reconciles NatsClusters: creates, repairs, scales, upgrades and reconfigures their servers',
});

const managedLabel = ['app', 'nats'] as const;

watchAllEvents(natsCluster, NatsCluster, undefined, (cluster, phase) =>
  controller.clusterChanged(cluster, toWatchEvent(phase)),
);
for (const child of childKinds) {
  if (child.watch !== 'labelled') continue;
  watchAllEvents(natsCluster, a[child.kind], managedLabel, (object, phase) =>
    controller.childChanged(toChild(child, object), toWatchEvent(phase)),
  );
}
watchAllEvents(natsCluster, a.PersistentVolumeClaim, managedLabel, (claim, phase) =>
  controller.claimChanged(claim, toWatchEvent(phase)),
);
watchAllEvents(natsCluster, a.Pod, managedLabel, (pod, phase) => controller.podChanged(pod, toWatchEvent(phase)));
