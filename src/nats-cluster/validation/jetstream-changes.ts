import { parseQuantity } from '../../kubernetes/quantity';
import type { Problem } from '../../schema/problem';
import { isJetStreamOn } from '../spec/jetstream';
import { ALLOW_JETSTREAM_REMOVAL_ANNOTATION } from '../spec/labels';
import type { NatsClusterObject } from '../spec/resolve-cluster';

const STORAGE = 'spec.jetstream.fileStorage';

/** Rejects changes of JetStream's storage that Kubernetes cannot carry out, or that would leave data behind. */
export function storageKeepsStreams(object: NatsClusterObject, old: NatsClusterObject): Problem[] {
  const [storage, before] = [object.spec?.jetstream?.fileStorage, old.spec?.jetstream?.fileStorage];
  if (before === undefined) return [];
  if (storage === undefined) return removal(object);
  return [
    ...shrinkage(storage.size, before.size),
    ...(storage.storageClassName === before.storageClassName ? [] : [otherClass(before.storageClassName)]),
  ];
}

function shrinkage(size: string, before: string): Problem[] {
  if ((parseQuantity(size) ?? Infinity) >= (parseQuantity(before) ?? 0)) return [];
  const message = `can't shrink from ${before} to ${size}: Kubernetes cannot make a volume smaller`;
  return [{ path: `${STORAGE}.size`, message, hint: `set size to ${before} or more; to use less of it, set maxStore` }];
}

const otherClass = (before: string | undefined): Problem => ({
  path: `${STORAGE}.storageClassName`,
  message: `can't be changed: volumes keep the storage class that they were created with, ${before ?? 'the default one'}`,
  hint: 'create another NatsCluster with it, and restore a backup of the streams there (nats account backup)',
});

function removal({ metadata, spec }: NatsClusterObject): Problem[] {
  if (metadata?.annotations?.[ALLOW_JETSTREAM_REMOVAL_ANNOTATION] === 'true') return [];
  const path = spec?.jetstream === undefined ? 'spec.jetstream' : STORAGE;
  return [
    {
      path,
      message: "can't be removed: all streams on disk would be gone for their clients",
      hint: `back up the streams (nats account backup), then annotate the NatsCluster with ${ALLOW_JETSTREAM_REMOVAL_ANNOTATION}=true; the volumes stay`,
    },
  ];
}

/** Rejects JetStream by `natsConfig.extra`, but where it was before: nobody would look after its streams. */
export function jetStreamIsDeclared(object: NatsClusterObject, old: NatsClusterObject | undefined): Problem[] {
  const isNew = isJetStreamOn(object.spec?.natsConfig?.extra) && !isJetStreamOn(old?.spec?.natsConfig?.extra);
  // Beside spec.jetstream it is rejected in any case.
  if (!isNew || object.spec?.jetstream !== undefined) return [];
  return [
    {
      path: 'spec.natsConfig.extra.jetstream',
      message: "can't be set here",
      hint: 'use spec.jetstream, such as jetstream: {fileStorage: {size: 10Gi}}',
    },
  ];
}
