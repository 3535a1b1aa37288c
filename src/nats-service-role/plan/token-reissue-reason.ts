import { tokenAudience } from '../bound-token';
import type { AccountBinding } from './account-bindings';
import type { RoleCluster, TokenSecret } from './observed-roles';

/** The fraction of a token's lifetime after which it is replaced, as the kubelet does with mounted tokens. */
const RENEW_AFTER = 0.8;

/** Why a stored token has to be replaced; undefined if it does not. */
export function tokenReissueReason(
  { content, secret }: TokenSecret,
  { account, username, purpose }: AccountBinding,
  cluster: RoleCluster,
  now: Date,
): string | undefined {
  if (content === undefined || content.token === '') return 'the Secret had no token';
  const { claims } = content;
  if (claims === undefined) return 'the Secret had no token of a ServiceAccount';
  if (claims.accountUid !== account.uid) return 'the ServiceAccount was recreated';
  if (claims.secretUid !== secret.uid) return 'the Secret was recreated';
  const audience = tokenAudience(purpose.cluster, purpose.clusterNamespace);
  if (claims.audiences.join() !== audience) return 'the token had another audience';
  if (!['', username].includes(content.username)) return 'the Secret named another user';
  const due = renewalTime(content.claims, cluster);
  return due !== undefined && due <= now.getTime() ? 'it was about to expire' : undefined;
}

/** When a token is replaced, in milliseconds since 1970; undefined for one that does not expire. */
export function renewalTime(
  claims: { issuedAt: number; expiresAt: number } | undefined,
  { tokenLifetime }: RoleCluster,
): number | undefined {
  if (claims === undefined || tokenLifetime === undefined) return undefined;
  // The API server may grant less than requested, and an older token may have got more.
  const lifetime = Math.min(tokenLifetime, claims.expiresAt - claims.issuedAt);
  return (claims.issuedAt + lifetime * RENEW_AFTER) * 1000;
}
