/** The claims of a ServiceAccount token. Times are in seconds since 1970. */
export interface TokenClaims {
  readonly audiences: readonly string[];
  readonly secretUid: string;
  readonly accountUid: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Parses a token that the API server issued for a ServiceAccount and bound to a Secret. The signature is not verified:
 * whoever may write the Secret knows its content.
 *
 * @returns undefined for any other text
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims
 */
export function readTokenClaims(token: string): TokenClaims | undefined {
  const claims = parse(token.split('.')[1] ?? '');
  const { secret, serviceaccount } = record(claims['kubernetes.io']);
  const [secretUid, accountUid] = [record(secret).uid, record(serviceaccount).uid];
  const { aud, iat, exp } = claims;
  if (typeof secretUid !== 'string' || typeof accountUid !== 'string') return undefined;
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined;
  return { audiences: audiences(aud), secretUid, accountUid, issuedAt: iat, expiresAt: exp };
}

function parse(payload: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch {
    return {};
  }
}

/** One audience may stand without a list. @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3 */
function audiences(aud: unknown): string[] {
  const list: unknown[] = Array.isArray(aud) ? aud : [aud];
  return list.filter(item => typeof item === 'string');
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
