import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { wholeBytes } from '../../kubernetes/quantity';
import type { ChildStatefulSet } from '../child';
import { findStatefulSet, type Observed } from '../observed';
import { formerSize } from '../rollout/former-size';
import { MAX_SIZE, type ResolvedCluster } from '../spec/resolve-cluster';
import { ordinals, podName, podOrdinal } from '../spec/names';
import { JETSTREAM_VOLUME } from '../spec/pod-parts';

export type Claim = V1PersistentVolumeClaim;

/** The claim of a server's volume, as the StatefulSet controller names it: `jetstream-c-1`. */
export const claimName = (pod: string): string => `${JETSTREAM_VOLUME}-${pod}`;

/** The template that the StatefulSet creates claims from; undefined if its pods have none. */
export const findClaimTemplate = (live: ChildStatefulSet | undefined): Claim | undefined =>
  live?.spec?.volumeClaimTemplates?.find(({ metadata }) => metadata?.name === JETSTREAM_VOLUME);

/** The names of the servers' claims: of those that the StatefulSet has, or had before it hibernated, or is to have. */
export function claimNames({ name, size }: Pick<ResolvedCluster, 'name' | 'size'>, observed: Observed): string[] {
  const live = findStatefulSet(observed);
  return ordinals(live === undefined ? size : formerSize(live)).map(ordinal => claimName(podName(name, ordinal)));
}

/** The servers' claims, as far as they are observed. */
export function serverClaims(
  model: Pick<ResolvedCluster, 'name' | 'size'>,
  { claims = [], ...rest }: Observed,
): Claim[] {
  const names = new Set(claimNames(model, rest));
  return claims.filter(({ metadata }) => names.has(metadata?.name ?? ''));
}

/** The claim of the server with that pod name. */
export const findServerClaim = (pod: string, { claims = [] }: Pick<Observed, 'claims'>): Claim | undefined =>
  claims.find(({ metadata }) => metadata?.name === claimName(pod));

/** The size that a claim or a claim template asks for, as a quantity. */
export const requestedSize = ({ spec }: Claim): string => spec?.resources?.requests?.storage ?? '0';

/** The size of the volume in bytes; 0 while there is none. */
export const capacityOf = ({ status }: Claim): number => wholeBytes(status?.capacity?.storage);

/** The volume of a server. */
export interface ServerVolume {
  /** The name of its pod. */
  readonly server: string;
  /** The name of its PersistentVolume. */
  readonly volume: string;
  /** A quantity. */
  readonly capacity: string;
}

/** The volumes that claims are bound to, those of servers that are gone included. */
export const serverVolumes = (cluster: string, { claims = [] }: Pick<Observed, 'claims'>): readonly ServerVolume[] =>
  claims.flatMap(({ metadata, spec, status }) => {
    const server = (metadata?.name ?? '').slice(claimName('').length);
    const isServer = metadata?.name === claimName(server) && (podOrdinal(cluster, server) ?? Infinity) <= MAX_SIZE;
    if (!isServer || status?.phase !== 'Bound' || spec?.volumeName === undefined) return [];
    return [{ server, volume: spec.volumeName, capacity: status.capacity?.storage ?? '0' }];
  });
