import type { TokenSecretRef } from '../bound-token';
import type { NatsServiceRoleObject } from '../service-role';
import type { AccountBinding } from './account-bindings';

/** A write for the roles of a cluster. */
export type RoleAction =
  /** Sets the finalizer of a role that is about to have tokens in other namespaces, or removes it. */
  | { readonly type: 'addFinalizer' | 'removeFinalizer'; readonly role: NatsServiceRoleObject }
  /** Deletes the Secret of a token, which revokes the token. */
  | { readonly type: 'deleteToken'; readonly secret: TokenSecretRef; readonly reason: string }
  /** Requests a token and stores it in its Secret, which is created if it does not exist. */
  | {
      readonly type: 'issueToken';
      readonly binding: AccountBinding;
      readonly existing: TokenSecretRef | undefined;
      readonly reason: string;
    }
  /** Sets labels and the user name of a Secret that the legacy operator created or that somebody changed; the token stays. */
  | {
      readonly type: 'labelToken';
      readonly binding: AccountBinding;
      readonly existing: TokenSecretRef;
      readonly token: string;
    };
