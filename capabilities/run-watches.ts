import { Log, type Capability } from 'pepr';
import { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';
import { CollectionWatch, type Watched } from '../src/controller/collection-watch';
import { errorText } from '../src/controller/error-text';
import { inBackground } from '../src/controller/in-background';
import type { KubeClient } from '../src/controller/kube-client';
import { collectionPaths, type Scope } from '../src/controller/scope';

type Binding = Capability['bindings'][number];

/**
 * Watches what the capabilities ask for, each namespace of the scope by itself, which takes no rights beyond it. Why Pepr is not left to do so:
 * docs/adr/0020-own-watches.md.
 */
export function runWatches(kube: KubeClient, scope: Scope, capabilities: readonly Capability[]): void {
  for (const binding of capabilities.flatMap(({ bindings }) => bindings)) {
    if (binding.isWatch !== true) continue;
    for (const path of collectionPaths(scope, apiOf(binding), pluralOf(binding))) {
      inBackground(async () => watchOf(kube, binding, path).run(), Log, `the watch of ${path} has ended`);
    }
  }
}

function watchOf(kube: KubeClient, { filters, watchCallback }: Binding, path: string): CollectionWatch<Watched> {
  const labels = Object.entries(filters.labels).map(([name, value]) => `${name}=${value}`);
  const onError = (error: unknown): void =>
    Log.warn({ path, error: errorText(error) }, 'a watch broke and is begun again');
  const call = async (object: Watched, phase: WatchPhase): Promise<void> => watchCallback?.(object, phase);
  return new CollectionWatch<Watched>(kube, {
    path,
    query: labels.length === 0 ? {} : { labelSelector: labels.join() },
    form: 'whole',
    hold: object => object,
    onChange: (object, phase) => {
      call(object, phase === 'gone' ? WatchPhase.Deleted : WatchPhase.Modified).catch(onError);
    },
    onError,
  });
}

const apiOf = ({ kind: { group, version = 'v1' } }: Binding): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

/** As Pepr's client has it: the kinds whose plural is not theirs and an s name it. */
const pluralOf = ({ kind: { kind, plural } }: Binding): string => plural ?? `${kind.toLowerCase()}s`;
