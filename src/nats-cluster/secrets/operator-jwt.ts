import { textOf, type SecretContent } from '../../kubernetes/secret-content';
import { isJsonObject } from '../../json/json-object';
import { keyPlace, type SecretProblems } from './secret-problems';

/** The key of the Secret that `spec.operatorConfig.secret` names. */
export const OPERATOR_JWT_KEY = 'op.jwt';

/** Reviews the Secret of `spec.operatorConfig.secret`: whether it holds an operator's JWT. Who signed it, the server checks. */
export function validateOperatorJwt(secret: SecretContent, findings: SecretProblems): void {
  const text = textOf(secret, OPERATOR_JWT_KEY);
  if (text === undefined) {
    findings.add(
      'Missing',
      '',
      `has no key "${OPERATOR_JWT_KEY}"`,
      'the JWT of the operator, as nsc describe operator --raw prints it',
    );
    return;
  }
  const type = claimedType(text);
  if (type === undefined) findings.add('Invalid', keyPlace(OPERATOR_JWT_KEY), 'has no JWT');
  else if (type !== 'operator') findings.add('Invalid', keyPlace(OPERATOR_JWT_KEY), 'is not the JWT of an operator');
}

/** The first JWT in a text, which may have the lines around it that nsc decorates it with. */
function claimedType(text: string): string | undefined {
  const [, payload] = /(?<![\w-])[\w-]+\.([\w-]+)\.[\w-]+/.exec(text) ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (!isJsonObject(claims)) return undefined;
    const nats = isJsonObject(claims.nats) ? claims.nats : {};
    return [nats.type, claims.type].find(type => typeof type === 'string') ?? '';
  } catch {
    return undefined;
  }
}
