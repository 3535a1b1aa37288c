import { appVersion } from '../choices';
import { NAME, SELECTOR } from '../names';
import type { Members, Rendering } from '../rendering';
import type { Metadata } from './kubernetes-object';

/** What every object of the installation is labelled with. */
export function labels(rendering: Rendering): Members {
  return {
    ...SELECTOR,
    'app.kubernetes.io/version': rendering.choice(appVersion),
    'app.kubernetes.io/part-of': NAME,
    ...rendering.members('commonLabels'),
  };
}

/** Of an object that belongs to no namespace. */
export function clusterMetadata(rendering: Rendering, name: string = NAME): Metadata {
  return { name, labels: labels(rendering) };
}

/** Of an object in the operator's namespace, or in another that is named. */
export function namespacedMetadata(
  rendering: Rendering,
  name: string = NAME,
  namespace: string | undefined = rendering.namespace,
): Metadata {
  return { name, ...(namespace === undefined ? {} : { namespace }), labels: labels(rendering) };
}
