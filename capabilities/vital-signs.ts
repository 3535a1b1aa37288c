import type { RunningOperator } from '../src/operator/operator-interface';
import { controller, kube, leadership, stop } from './operator';

/** Milliseconds without a sign of a watch, which has one every four minutes at least. */
const SILENCE = 600_000;

/** Milliseconds of one turn: each of its requests ends in half a minute, one way or the other. */
const STUCK = 600_000;

/** What can be told of the operator from outside. */
export function operatorHealth(): RunningOperator {
  // A watch that begins later, as that of ServiceAccounts, is no reason to be sent no requests.
  let synced = false;
  return {
    unhealthy: () => [
      ...kube.signs.silentFor(SILENCE).map(name => `the watch of ${name} has shown no sign of life for ten minutes`),
      ...controller.stuckFor(STUCK).map(key => `the turn of ${key} has taken ten minutes`),
    ],
    unready: () => {
      const unlisted = synced ? [] : kube.signs.unlisted();
      synced ||= unlisted.length === 0;
      return unlisted.map(name => `not all is known yet of ${name}`);
    },
    facts: () => ({ ...controller.facts(), leads: leadership.leads(), managed: leadership.namespaces() }),
    stop,
  };
}

/** Of a process that reconciles nothing. */
export const WEBHOOKS_ONLY: RunningOperator = {
  unhealthy: () => [],
  unready: () => [],
  facts: () => ({ waiting: 0, running: 0, phases: new Map(), leads: false, managed: new Map() }),
  stop: async () => Promise.resolve(),
};
