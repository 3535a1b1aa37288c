import type { Ages } from '../observed';
import { evacuationState } from './evacuation';
import { answeringJetStream, type Reports } from './server-reports';

/** The part of a cluster's observations that records which streams a server still has. */
const partOf = (server: string): string => `streams on ${server}`;

/** What the highest server still has, while all are queried for the placements of streams. */
export function evacuationStates(reports: Reports, names: readonly string[]): [part: string, state: string][] {
  const last = names.at(-1);
  const isQueried = names.some(name => answeringJetStream(reports, name)?.assets?.placements !== undefined);
  if (last === undefined || !isQueried) return [];
  const state = evacuationState(reports, names, last);
  return [[partOf(last), state.kind === 'occupied' ? `${state.kind},${state.count}` : state.kind]];
}

/** Milliseconds for which a server has had as many streams as now; undefined if that is unknown. */
export const evacuationAge = (ages: Ages | undefined, server: string): number | undefined => ages?.get(partOf(server));
