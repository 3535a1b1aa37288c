import type { Observed } from '../observed';
import { wholeBytes } from '../../kubernetes/quantity';
import { defaultMaxStore, type ResolvedFileStorage } from '../spec/jetstream';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { capacityOf, requestedSize, serverClaims, type Claim } from './claims';

const MEBIBYTE = 1024 ** 2;

/**
 * The storage with the size that volumes have grown to by themselves, or grow to now. The claims remember it: the spec keeps the
 * size that it asks for.
 */
export function withAutoGrow(
  storage: ResolvedFileStorage,
  model: ResolvedCluster,
  observed: Observed,
): ResolvedFileStorage {
  const { autoGrow } = storage;
  if (autoGrow === undefined) return storage;
  const claims = serverClaims(model, observed);
  const size = largest(storage.targetSize, autoGrow.limit, claims);
  const next = Math.min(autoGrow.limit, Math.ceil((wholeBytes(size) * (1 + autoGrow.by)) / MEBIBYTE) * MEBIBYTE);
  const mayGrow = next > wholeBytes(size) && claims.every(claim => capacityOf(claim) >= wholeBytes(size));
  const isDue = mayGrow && isUsed(autoGrow.above, defaultMaxStore(size), observed);
  return withSize(storage, isDue ? `${Math.floor(next / MEBIBYTE)}Mi` : size);
}

/** A claim that somebody else made larger than the limit is no reason to let the others follow. */
const largest = (size: string, limit: number, claims: readonly Claim[]): string =>
  claims
    .map(requestedSize)
    .filter(each => wholeBytes(each) <= limit)
    .reduce((most, each) => (wholeBytes(each) > wholeBytes(most) ? each : most), size);

/**
 * Whether a server with the limit of the present size uses so much of it. One that still has the limit of a smaller volume is
 * about to get more.
 */
const isUsed = (above: number, limit: number, { servers }: Observed): boolean =>
  [...servers.values()].some(server => {
    if (!server.answered || server.jetstream?.answered !== true) return false;
    const { storage, maxStorage } = server.jetstream.usage;
    return maxStorage >= limit && storage >= above * maxStorage;
  });

const withSize = (storage: ResolvedFileStorage, size: string): ResolvedFileStorage => ({
  ...storage,
  targetSize: size,
  size,
  maxStore: storage.isDefaultMaxStore ? defaultMaxStore(size) : storage.maxStore,
});
