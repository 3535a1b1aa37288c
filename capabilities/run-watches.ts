import { Log, type Capability } from 'pepr';
import { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';
import type { ClusterController } from '../src/nats-cluster/controller/controller';
import { Informer, type InformerTarget } from '../src/runtime/informer';
import { safeErrorMessage } from '../src/runtime/safe-error-message';
import { inBackground } from '../src/runtime/in-background';
import type { KubeClient } from '../src/runtime/kube-client';
import { projectChild, projectCluster, projectPod, projectRole } from '../src/nats-cluster/controller/projection';
import { isChildKind, type Child } from '../src/nats-cluster/children';
import { collectionPaths, namespaceOf, type Scope } from '../src/runtime/scope';

type AccountBinding = Capability['bindings'][number];

/**
 * Watches what the capabilities ask for, each namespace of the scope by itself, which takes no rights beyond it. Why Pepr is not left to do so:
 * docs/adr/0020-own-watches.md.
 */
export function runWatches(
  kube: KubeClient,
  scope: Scope,
  controller: Pick<ClusterController, 'held'>,
  capabilities: readonly Capability[],
): void {
  for (const binding of capabilities.flatMap(({ bindings }) => bindings)) {
    if (binding.isWatch !== true) continue;
    for (const path of collectionPaths(scope, apiOf(binding), pluralOf(binding))) {
      inBackground(async () => watchOf(kube, controller, binding, path).run(), Log, `the watch of ${path} has ended`);
    }
  }
}

/** What is read of the objects of each kind. */
const projections = { NatsCluster: projectCluster, NatsServiceRole: projectRole, Pod: projectPod };

type WatchedKind = keyof typeof projections | Child['kind'];

const isWatchedKind = (kind: string): kind is WatchedKind => Object.hasOwn(projections, kind) || isChildKind(kind);

const projectionOf = (kind: WatchedKind): unknown => (isChildKind(kind) ? projectChild : projections[kind]);

function watchOf(
  kube: KubeClient,
  controller: Pick<ClusterController, 'held'>,
  { kind: { kind }, filters, watchCallback }: AccountBinding,
  path: string,
): Informer<InformerTarget> {
  if (!isWatchedKind(kind)) throw new Error(`nothing says what is read of a ${kind}`);
  const labels = Object.entries(filters.labels).map(([name, value]) => `${name}=${value}`);
  const onError = (error: unknown): void =>
    Log.warn({ path, error: safeErrorMessage(error) }, 'a watch broke and is begun again');
  const call = async (object: InformerTarget, phase: WatchPhase): Promise<void> => watchCallback?.(object, phase);
  return new Informer<InformerTarget>(kube, {
    path,
    query: labels.length === 0 ? {} : { labelSelector: labels.join() },
    form: 'whole',
    project: projectionOf(kind) as (object: InformerTarget) => InformerTarget,
    held: () => controller.held(kind, namespaceOf(path)),
    onChange: (object, phase) => {
      call(object, phase === 'gone' ? WatchPhase.Deleted : WatchPhase.Modified).catch(onError);
    },
    onError,
  });
}

const apiOf = ({ kind: { group, version = 'v1' } }: AccountBinding): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

/** As Pepr's client has it: the kinds whose plural is not theirs and an s name it. */
const pluralOf = ({ kind: { kind, plural } }: AccountBinding): string => plural ?? `${kind.toLowerCase()}s`;
