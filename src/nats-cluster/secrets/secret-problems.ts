import { tlsConnectionOf, type NamedSecret, type SecretPurpose } from './named-secrets';
import type { Problem } from '../../schema/problem';

/** Why a Secret can't be used. */
export type SecretProblemReason = 'Missing' | 'Invalid' | 'Expired' | 'NotYetValid';

/** What is wrong with a Secret. Its texts name the Secret, the key and the place, and never hold a value. */
export interface SecretProblem extends Problem {
  readonly reason: SecretProblemReason;
  /** What servers use that Secret for: decisions go by it, and never by the words or the path. */
  readonly purpose: SecretPurpose;
}

/** Whether servers can't load the files of a TLS Secret for it. Time alone keeps no server from that. */
export const keepsFromLoading = ({ purpose, reason }: SecretProblem): boolean =>
  tlsConnectionOf(purpose) !== undefined && (reason === 'Missing' || reason === 'Invalid');

/** Why a Secret that can be used is worth a word. */
export type SecretWarningReason = 'Expiring' | 'Warning';

/** What works today, and likely is not what its author wants. */
export interface SecretWarning extends Problem {
  readonly reason: SecretWarningReason;
}

/** Collects what there is to say of one Secret. */
export class SecretProblems {
  readonly problems: SecretProblem[] = [];
  readonly warnings: SecretWarning[] = [];

  constructor(private readonly named: NamedSecret) {}

  /** @param place where in the Secret, such as `key "a.json": users[0]`; empty for the Secret as a whole */
  add(reason: SecretProblemReason, place: string, message: string, hint?: string): void {
    this.problems.push({ reason, purpose: this.named.purpose, ...this.#at(place, message, hint) });
  }

  warn(reason: SecretWarningReason, place: string, message: string, hint?: string): void {
    this.warnings.push({ reason, ...this.#at(place, message, hint) });
  }

  #at(place: string, message: string, hint: string | undefined): Problem {
    const { path, name } = this.named;
    const where = place === '' ? `Secret "${name}"` : `Secret "${name}", ${place}`;
    return { path, message: `${where} ${message}`, ...(hint === undefined ? {} : { hint }) };
  }
}

/** How messages name a key of a Secret. */
export const keyPlace = (key: string): string => `key "${key}"`;
