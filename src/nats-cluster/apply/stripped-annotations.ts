import type { V1Pod } from '@kubernetes/client-node';
import { childId } from '../child';
import type { Observed } from '../observed';
import type { PodMetadataPatch } from '../action';
import type { AlteredField } from './altered-fields';
import { isAsStored } from './drift';

/** The key of a pod's patch responses. */
export const podId = (name = ''): string => childId({ kind: 'Pod', metadata: { name } });

export const labelPath = (key: string): string => `metadata.labels.${key}`;

export const annotationPath = (key: string): string => `metadata.annotations.${key}`;

/**
 * Whether the API server did not store such annotations of a pod before, for example because an admission policy strips them: a retry would have the same result.
 *
 * @param key the annotation with the identifying value
 */
export function areStripped(
  { metadata = {} }: V1Pod,
  annotations: PodMetadataPatch['annotations'],
  key: string,
  stored: Observed['stored'],
): boolean {
  const known = stored?.get(podId(metadata.name));
  const live = (name: string): string | undefined => metadata.annotations?.[name];
  const desired = annotations[key] ?? undefined;
  if (
    desired !== undefined &&
    desired !== live(key) &&
    isAsStored({ path: annotationPath(key), desired, live: live(key) }, known)
  )
    return true;
  const changed = Object.entries(annotations).filter(([name, value]) => value !== null && value !== live(name));
  // Times differ each time: only whether one is stored can be compared.
  return (
    changed.length > 0 &&
    changed.every(([name]) => live(name) === undefined && name !== key && known?.has(annotationPath(name)))
  );
}

/** The labels and annotations of pods that the API server stores differently than patched. */
export const alteredAnnotations = ({ pods, stored }: Pick<Observed, 'pods' | 'stored'>): AlteredField[] =>
  pods.flatMap(({ metadata = {} }) => {
    const object = podId(metadata.name);
    const present = new Set([
      ...Object.keys(metadata.labels ?? {}).map(labelPath),
      ...Object.keys(metadata.annotations ?? {}).map(annotationPath),
    ]);
    return [...(stored?.get(object)?.keys() ?? [])].map(path => ({ object, path, isDropped: !present.has(path) }));
  });
