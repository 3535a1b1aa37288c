import { Log, type Capability } from 'pepr';
import { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';
import type { ClusterController } from '../src/nats-cluster/controller/controller';
import { Informer } from '../src/runtime/informer';
import type { InformerTarget } from '../src/runtime/informer-target';
import { safeErrorMessage } from '../src/runtime/safe-error-message';
import { inBackground } from '../src/runtime/in-background';
import type { KubeClient } from '../src/runtime/kube-client';
import { projectChild, projectClaim, projectCluster, projectPod } from '../src/nats-cluster/controller/projection';
import { projectRole } from '../src/nats-service-role/controller/projection';
import { isChildKind, type Child } from '../src/nats-cluster/children';
import { collectionPaths, namespaceOf, type Scope } from '../src/runtime/scope';

type Binding = Capability['bindings'][number];

/**
 * Runs the watches registered by the capabilities, one per namespace of the scope, which needs no permissions beyond
 * it. Replaces Pepr's own watches: docs/adr/0008-own-watches.md.
 */
export function runInformers(
  kube: KubeClient,
  scope: Scope,
  controller: Pick<ClusterController, 'cached'>,
  capabilities: readonly Capability[],
): void {
  for (const binding of capabilities.flatMap(({ bindings }) => bindings)) {
    if (binding.isWatch !== true) continue;
    for (const path of collectionPaths(scope, apiOf(binding), pluralOf(binding))) {
      inBackground(
        async () => watchOf(kube, controller, binding, path).run(),
        Log,
        `Watch of ${path} stopped unexpectedly`,
      );
    }
  }
}

/** What is read of the objects of each kind. */
const projections = {
  NatsCluster: projectCluster,
  NatsServiceRole: projectRole,
  PersistentVolumeClaim: projectClaim,
  Pod: projectPod,
};

type WatchedKind = keyof typeof projections | Child['kind'];

const isWatchedKind = (kind: string): kind is WatchedKind => Object.hasOwn(projections, kind) || isChildKind(kind);

const projectionOf = (kind: WatchedKind): unknown => (isChildKind(kind) ? projectChild : projections[kind]);

function watchOf(
  kube: KubeClient,
  controller: Pick<ClusterController, 'cached'>,
  { kind: { kind }, filters, watchCallback }: Binding,
  path: string,
): Informer<InformerTarget> {
  if (!isWatchedKind(kind)) throw new Error(`no projection for kind ${kind}`);
  const labels = Object.entries(filters.labels).map(([name, value]) => `${name}=${value}`);
  const onError = (error: unknown): void =>
    Log.warn({ path, error: safeErrorMessage(error) }, 'Watch failed, relisting');
  const call = async (object: InformerTarget, phase: WatchPhase): Promise<void> => watchCallback?.(object, phase);
  return new Informer<InformerTarget>(kube, {
    path,
    query: labels.length === 0 ? {} : { labelSelector: labels.join() },
    form: 'whole',
    project: projectionOf(kind) as (object: InformerTarget) => InformerTarget,
    cached: () => controller.cached(kind, namespaceOf(path)),
    onChange: (object, phase) => {
      call(object, phase === 'gone' ? WatchPhase.Deleted : WatchPhase.Modified).catch(onError);
    },
    onError,
  });
}

const apiOf = ({ kind: { group, version = 'v1' } }: Binding): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

/** As in Pepr's client: kinds with an irregular plural define it. */
const pluralOf = ({ kind: { kind, plural } }: Binding): string => plural ?? `${kind.toLowerCase()}s`;
