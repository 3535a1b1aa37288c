import type { ConfBlock } from '../../nats/conf/conf';
import type { ChildSecret } from '../child';
import { USER_SOURCES_ANNOTATION } from '../spec/labels';
import type { UserSource } from '../secrets/client-users';

/** A value of the users' Secret, and how many users it had. */
type Count = readonly [key: string, users: number];

/** More values than this are not remembered: an annotation is no place for lists. */
const MAX_SOURCES = 100;

/** Where the users of a configuration come from, for its Secret to remember; undefined where there is nothing to distinguish. */
export function describeSources(sources: readonly Pick<UserSource, 'key' | 'users'>[]): string | undefined {
  return describeCounts(sources.map(({ key, users }): Count => [key, users.size]));
}

/** The same, of users that are left over, each with the value that it came from. */
export function describeOrigins(origins: readonly (string | undefined)[]): string | undefined {
  const keys = [...new Set(origins)];
  if (keys.includes(undefined)) return undefined;
  return describeCounts(keys.map((key): Count => [key ?? '', origins.filter(origin => origin === key).length]));
}

const describeCounts = (counts: readonly Count[]): string | undefined =>
  counts.length === 0 || counts.length > MAX_SOURCES ? undefined : JSON.stringify(counts);

/**
 * The value that each of a configuration's users came from: those of the Secret come first, in the order of its keys.
 *
 * @returns for each user the key; undefined for service accounts, and for all where nothing is remembered
 */
export function originsOf(users: readonly ConfBlock[], secret: ChildSecret): readonly (string | undefined)[] {
  const counts = readCounts(secret.metadata.annotations?.[USER_SOURCES_ANNOTATION] ?? '[]');
  const origins = counts.flatMap(([key, count]) => Array.from({ length: Math.min(count, users.length) }, () => key));
  return users.map((_, index) => origins[index]);
}

/** Any other value is not a count. */
function readCounts(text: string): Count[] {
  try {
    const counts: unknown = JSON.parse(text);
    return Array.isArray(counts) && counts.length <= MAX_SOURCES ? counts.filter(isCount) : [];
  } catch {
    return [];
  }
}

const isCount = (value: unknown): value is Count =>
  Array.isArray(value) && typeof value[0] === 'string' && Number.isSafeInteger(value[1]) && Number(value[1]) >= 0;
