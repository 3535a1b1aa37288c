import { parseQuantity } from '../../kubernetes/quantity';
import type { Problem } from '../../schema/problem';
import { isJetStreamOn } from '../spec/jetstream';
import { natsMemoryLimit } from '../spec/memory-limit';
import { DEFAULT_SIZE } from '../spec/resolve-cluster';
import { findDataLoss } from '../jetstream/data-loss-versions';
import type { ReviewedCluster } from './rule';

const PATH = 'spec.jetstream';

/** JetStream is configured in one place. */
export function jetStreamIsDeclaredOnce({ spec }: ReviewedCluster): Problem[] {
  if (spec.jetstream === undefined || !isJetStreamOn(spec.natsConfig?.extra)) return [];
  return [
    { path: 'spec.natsConfig.extra.jetstream', message: "can't be set beside spec.jetstream", hint: 'remove it' },
  ];
}

/** Streams fit into the volume and into the memory of a server. */
export function jetStreamStoresFit({ spec }: ReviewedCluster): Problem[] {
  const { fileStorage, memoryStorage } = spec.jetstream ?? {};
  const limit = natsMemoryLimit(spec);
  return [
    ...exceeds(`${PATH}.fileStorage.maxStore`, fileStorage?.maxStore, {
      bytes: parseQuantity(fileStorage?.size),
      what: `the size of the volume, ${fileStorage?.size ?? ''}`,
      hint: 'leave it out for 90 % of the size',
    }),
    ...exceeds(`${PATH}.memoryStorage.size`, memoryStorage?.size, {
      bytes: limit,
      what: 'the memory limit of the container nats',
      hint: 'half of the limit or less leaves memory for the server itself',
    }),
  ];
}

/** Volumes that grow by themselves have room to, and take the limit of streams with them. */
export function jetStreamMayGrow({ spec }: ReviewedCluster): Problem[] {
  const { size, maxStore, autoGrow } = spec.jetstream?.fileStorage ?? {};
  if (autoGrow === undefined) return [];
  const [from, limit] = [parseQuantity(size), parseQuantity(autoGrow.limit)];
  const path = `${PATH}.fileStorage`;
  return [
    ...(maxStore === undefined
      ? []
      : [{ path: `${path}.maxStore`, message: "can't be set beside autoGrow, which raises it", hint: 'leave it out' }]),
    ...(from === undefined || limit === undefined || limit >= from
      ? []
      : [{ path: `${path}.autoGrow.limit`, message: `is smaller than size, ${size ?? ''}`, hint: 'raise the limit' }]),
  ];
}

interface Bound {
  readonly bytes: number | undefined;
  readonly what: string;
  readonly hint: string;
}

function exceeds(path: string, size: string | undefined, { bytes, what, hint }: Bound): Problem[] {
  const value = size === undefined ? undefined : parseQuantity(size);
  if (value === undefined || bytes === undefined || value <= bytes) return [];
  return [{ path, message: `is larger than ${what}`, hint }];
}

/** A version that is known to lose acknowledged messages when a process ends is no home for them. */
export function jetStreamVersionKeepsData({ spec, version }: ReviewedCluster): Problem[] {
  if (spec.jetstream === undefined || version === undefined) return [];
  const { tag } = version;
  return findDataLoss(version, 'restart').map(({ what, fixedIn }) => ({
    path: 'spec.version',
    message: `NATS ${tag} ${what}`,
    hint: `use ${fixedIn} or later with spec.jetstream`,
  }));
}

/** Warns where a version loses messages in a rarer case. */
export function jetStreamVersionIsSafe({ spec, version }: ReviewedCluster): Problem[] {
  if (spec.jetstream === undefined || version === undefined) return [];
  const { tag } = version;
  const losses = [
    ...findDataLoss(version, 'removal'),
    ...(spec.jetstream.fileStorage === undefined ? [] : findDataLoss(version, 'full disk')),
  ];
  return losses.map(({ what, fixedIn }) => ({
    path: 'spec.version',
    message: `NATS ${tag} ${what}`,
    hint: `use ${fixedIn} or later`,
  }));
}

/** Warns of streams that are lost with their servers. */
export function jetStreamIsOnDisk({ spec }: ReviewedCluster): Problem[] {
  if (spec.jetstream === undefined || spec.jetstream.fileStorage !== undefined) return [];
  return [
    {
      path: `${PATH}.fileStorage`,
      message: 'is not set: all streams are in memory, and are lost when all of their servers restart',
      hint: 'set fileStorage.size to keep them',
    },
  ];
}

/** Warns of a number of servers that tolerates no more failures than the one below it. */
export function jetStreamSizeIsOdd({ spec }: ReviewedCluster): Problem[] {
  const size = spec.size ?? DEFAULT_SIZE;
  if (spec.jetstream === undefined || (size > 1 && size % 2 === 1)) return [];
  const message =
    size === 1
      ? 'is 1: streams have one replica, and no server can be lost'
      : `is ${size}: ${size} servers with JetStream tolerate no more failures than ${size - 1}`;
  return [{ path: 'spec.size', message, hint: 'use an odd number of servers, 3 or more' }];
}
