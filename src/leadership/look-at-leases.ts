import { judge } from '../controller/api-error';

/**
 * Looks at the Leases of some namespaces. Those that the API server does not let us see are left out: in a namespace that is gone, and our rights with it, there
 * is nothing to lead, and the others need their operator all the same.
 *
 * @throws where none can be seen, and at any other error: who was not seen may lead
 */
export async function lookAtLeases<T>(places: readonly string[], look: (place: string) => Promise<T>): Promise<T[]> {
  const outcomes = await Promise.allSettled(places.map(look));
  const seen = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const errors = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [toError(outcome.reason)] : []));
  const grave = errors.find(error => seen.length === 0 || judge(error).kind !== 'refused');
  if (grave !== undefined) throw grave;
  return seen;
}

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
