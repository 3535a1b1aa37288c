import { a, Capability } from 'pepr';
import { NatsCluster } from '../generated/kinds';
import { childKinds } from '../src/nats-cluster/children';
import { controller } from './operator';
import { toChild, toWatchEvent } from './watched-object';
import { watchAllEvents } from './every-phase';

/**
 * Everything that a NatsCluster is made of is watched, and each change gives its cluster a turn of the controller. The Secret of its configuration is watched with
 * all others, by its metadata alone: named-secrets.ts.
 */
export const natsCluster = new Capability({
  name: 'nats-cluster',
  description: 'Makes NatsClusters true: creates, heals, scales, upgrades and reconfigures their servers',
});

const ours = ['app', 'nats'] as const;

watchAllEvents(natsCluster, NatsCluster, undefined, (cluster, phase) =>
  controller.clusterChanged(cluster, toWatchEvent(phase)),
);
for (const child of childKinds) {
  if (child.watch !== 'labelled') continue;
  watchAllEvents(natsCluster, a[child.kind], ours, (object, phase) =>
    controller.childChanged(toChild(child, object), toWatchEvent(phase)),
  );
}
watchAllEvents(natsCluster, a.Pod, ours, (pod, phase) => controller.podChanged(pod, toWatchEvent(phase)));
