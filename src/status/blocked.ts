import type { Blocked } from '../plan/child-actions';
import { busy, idle, type Finding } from './conditions';

/** What it means for the progress that a child can't be written. */
export function blockedProgress({ kind, why }: Blocked): Finding {
  switch (kind) {
    case 'leaving':
      return busy('Waiting', why);
    case 'taken':
      return idle('NameTaken', why);
    case 'refused':
      return idle('Refused', `The API server refuses what the spec asks for: ${why}`);
  }
}
