import { isJsonObject } from '../../json/json-object';
import type { Replica } from '../jetstream/report';

/** Characters of a name: of an account with a JWT it is a public key of 56, of a stream 255 at most. */
const LONGEST_NAME = 256;

/** The replicas that a server lists of a Raft group, and no more than it can have. */
export const toReplicas = (listed: unknown, most: number): Replica[] =>
  (Array.isArray(listed) ? listed : [])
    .slice(0, most)
    .filter(isJsonObject)
    .map(({ name, current, offline, lag, active }) => ({
      name: textOf(name),
      current: current === true || isKeepingUp(countOf(lag), countOf(active)),
      offline: offline === true,
      lag: countOf(lag),
    }));

/** Nanoseconds since a replica was heard of last, at most; each is once a second. */
const LATELY = 3_000_000_000;

/**
 * Whether a replica that is not called current only has not acknowledged the newest entries yet, as many on a busy server have not. One
 * that has never been heard of since its leader is one has no time; one that is listed before it joins has no lag.
 */
const isKeepingUp = (lag: number, active: number): boolean => lag > 0 && active > 0 && active < LATELY;

/** A name; undefined if there is none. */
export const nameOf = (value: unknown): string | undefined => textOf(value) || undefined;

/** No part of a longer text is kept, because a part keeps the whole. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' && value.length <= LONGEST_NAME ? value : '';

/** A count or a size; 0 for what is none. An unset limit is -1. */
export const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
    ? Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER)
    : 0;
