import { a, Capability } from 'pepr';
import { NatsCluster } from '../generated/kinds';
import { childKinds } from '../src/nats-cluster/children';
import { controller } from './operator';
import { toChild, toPhase } from './watched-object';
import { watchEveryPhase } from './every-phase';

/**
 * Everything that a NatsCluster is made of is watched, and each change gives its cluster a turn of the controller. The Secret of its configuration is watched with
 * all others, by its metadata alone: named-secrets.ts.
 */
export const natsCluster = new Capability({
  name: 'nats-cluster',
  description: 'Makes NatsClusters true: creates, heals, scales, upgrades and reconfigures their servers',
});

const ours = ['app', 'nats'] as const;

watchEveryPhase(natsCluster, NatsCluster, undefined, (cluster, phase) =>
  controller.clusterChanged(cluster, toPhase(phase)),
);
for (const child of childKinds) {
  if (child.watch !== 'labelled') continue;
  watchEveryPhase(natsCluster, a[child.kind], ours, (object, phase) =>
    controller.childChanged(toChild(child, object), toPhase(phase)),
  );
}
watchEveryPhase(natsCluster, a.Pod, ours, (pod, phase) => controller.podChanged(pod, toPhase(phase)));
