import { describeProblem } from '../../../../src/schema/problem';
import { readCredentials } from '../../../../src/nats-cluster/secrets/credentials';
import { validateOperatorJwt } from '../../../../src/nats-cluster/secrets/operator-jwt';
import { SecretProblems } from '../../../../src/nats-cluster/secrets/secret-problems';
import { secretOf } from '../../../fixtures/secret';

const findings = (): SecretProblems =>
  new SecretProblems({ name: 's', purpose: 'routeCredentials', path: 'spec.auth.clusterAuthSecret' });

function credentialsOf(texts: Record<string, string>): { login: unknown; problems: string[] } {
  const found = findings();
  const login = readCredentials(secretOf(texts), found);
  return { login, problems: found.problems.map(describeProblem) };
}

const place = 'spec.auth.clusterAuthSecret: Secret "s"';

describe('the Secret of credentials', () => {
  test('holds it under a key of any name', () => {
    expect(credentialsOf({ auth: '{"username": "u", "password": "p"}' })).toEqual({
      login: { username: 'u', password: 'p' },
      problems: [],
    });
  });

  test.each([
    [{}, `${place} has no key`],
    [{ a: '{}', b: '{}' }, `${place} has 2 keys`],
    [{ a: '{"username": "u"}' }, `${place}, key "a": password must be a non-empty string`],
    [{ a: '{"username": "", "password": "p"}' }, `${place}, key "a": username must be a non-empty string`],
    [{ a: '{"user": "u", "username": "u", "password": "p"}' }, `${place}, key "a" has an unknown field "user"`],
    [{ a: 's3cret' }, `${place}, key "a" is not JSON at line 1, column 1`],
  ])('as %j says what is wrong', (texts, message) => {
    const { problems } = credentialsOf(texts as Record<string, string>);
    expect(problems[0]).toContain(message);
    expect(problems.join()).not.toContain('s3cret');
  });
});

describe('the Secret of an operator', () => {
  const jwt = (claims: unknown): string => `eyJ0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const faults = (texts: Record<string, string>): string[] => {
    const found = findings();
    validateOperatorJwt(secretOf(texts), found);
    return found.problems.map(({ message }) => message);
  };

  test("holds the operator's JWT, of version 1 or 2, with the lines that nsc puts around it", () => {
    expect(faults({ 'op.jwt': jwt({ nats: { type: 'operator' } }) })).toEqual([]);
    expect(faults({ 'op.jwt': `-----BEGIN NATS OPERATOR JWT-----\n${jwt({ type: 'operator' })}\n------END` })).toEqual(
      [],
    );
  });

  test.each([
    [{ 'operator.jwt': 'x' }, 'Secret "s" has no key "op.jwt"'],
    [{ 'op.jwt': 'not a jwt' }, 'Secret "s", key "op.jwt" has no JWT'],
    [{ 'op.jwt': jwt({ nats: { type: 'account' } }) }, 'Secret "s", key "op.jwt" is not the JWT of an operator'],
  ])('as %j says what is wrong', (texts, message) => {
    expect(faults(texts as Record<string, string>)).toEqual([message]);
  });
});
