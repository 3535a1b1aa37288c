import { readClientUsers, type ClientUsers } from '../../../../src/nats-cluster/secrets/client-users';
import { describeProblem } from '../../../../src/schema/problem';
import { validateSecrets } from '../../../../src/nats-cluster/secrets/validate-secrets';
import { SecretProblems } from '../../../../src/nats-cluster/secrets/secret-problems';
import { secretOf } from '../../../fixtures/secret';

const NKEY = 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ';

interface Outcome extends ClientUsers {
  readonly problems: string[];
  readonly warnings: string[];
}

function read(texts: Record<string, string>, mapped = false): Outcome {
  const findings = new SecretProblems({ name: 'users', purpose: 'users', path: 'spec.auth.clientsAuthSecret' });
  const { users, token, defaultPermissions, timeout } = readClientUsers(secretOf(texts), mapped, findings);
  const { problems, warnings } = findings;
  return {
    users,
    token,
    defaultPermissions,
    timeout,
    problems: problems.map(describeProblem),
    warnings: warnings.map(describeProblem),
  };
}

const json = (value: unknown): Record<string, string> => ({ 'a.json': JSON.stringify(value) });
const place = 'spec.auth.clientsAuthSecret: Secret "users", key "a.json"';

describe('the Secret of users', () => {
  test('holds users with passwords, hashes and nkeys, and what they may do', () => {
    const users = [
      { username: 'a', password: '$2a$11$abc', permissions: { publish: ['x.>'], subscribe: { deny: ['y', 'z q'] } } },
      { nkey: NKEY, permissions: { publish: 'one', allow_responses: { max: 2, expires: '1m' } } },
    ];
    const outcome = read(json({ users, default_permissions: { publish: { allow: ['p'] }, allow_responses: true } }));
    expect(outcome).toEqual({
      users: [
        { username: 'a', password: '$2a$11$abc', permissions: { publish: ['x.>'], subscribe: { deny: ['y', 'z q'] } } },
        { nkey: NKEY, permissions: { publish: ['one'], allowResponses: { max: 2, expires: '1m' } } },
      ],
      token: undefined,
      defaultPermissions: { publish: { allow: ['p'] }, allowResponses: true },
      timeout: undefined,
      problems: [],
      warnings: [],
    });
  });

  test('may have several keys, whose users are one list', () => {
    const { users, problems } = read({
      'b.json': '{"users": [{"username": "b", "password": "p"}]}',
      'a.json': '{"users": [{"username": "a", "password": "p"}]}',
    });
    expect(users.map(({ username }) => username)).toEqual(['a', 'b']);
    expect(problems).toEqual([]);
  });

  test('may hold one token for everybody, as the Go operator took it', () => {
    const { users, token, timeout, problems } = read(json({ token: 's3cr3t', timeout: 5 }));
    expect({ users, token, timeout, problems }).toEqual({ users: [], token: 's3cr3t', timeout: 5, problems: [] });
  });

  test('may hold one user without a list', () => {
    const { users, problems } = read(json({ username: 'a', password: 'p', token: '', users: null, timeout: 0 }));
    expect({ users, problems }).toEqual({ users: [{ username: 'a', password: 'p' }], problems: [] });
  });

  test('has no token in addition to users, from it or from service accounts', () => {
    const told = 'spec.auth.clientsAuthSecret: Secret "users" has a token in addition to';
    const why = 'a server accepts either a token or users (make it the password of a user)';
    expect(read(json({ token: 't', username: 'a', password: 'p' })).problems).toEqual([`${told} users: ${why}`]);
    const findings = new SecretProblems({ name: 'users', purpose: 'users', path: 'spec.auth.clientsAuthSecret' });
    readClientUsers(secretOf(json({ token: 't' })), false, findings, []);
    expect(findings.problems.map(describeProblem)).toEqual([`${told} spec.auth.enableServiceAccounts: ${why}`]);
  });

  test('holds nothing that an old server does not start with', () => {
    const content = secretOf(
      json({ users: [{ username: 'a', password: 'p', allowed_connection_types: ['STANDARD'] }] }),
    );
    const review = (version: string): string[] => {
      const spec = { version, auth: { clientsAuthSecret: 'users' } };
      const owner = { name: 'c', namespace: 'n', spec };
      return validateSecrets(owner, new Map([['users', content]]), new Date()).problems.map(describeProblem);
    };
    expect(review('2.2.0')).toEqual([]);
    expect(review('2.1.9')).toEqual([
      'spec.auth.clientsAuthSecret: Secret "users" has allowed_connection_types, which needs NATS 2.2 or later, spec.version is 2.1.9 (raise spec.version)',
    ]);
  });

  test('has a token once', () => {
    expect(read({ 'a.json': '{"token": "t"}', 'b.json': '{"token": "t"}' }).problems).toEqual([
      'spec.auth.clientsAuthSecret: Secret "users", key "b.json" has token as key "a.json" has',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a timeout that is none', { users: [], timeout: '2s' }, ': timeout must be a number of seconds up to 3600'],
    [
      'an included file',
      { include: 'users.conf' },
      ' has an unknown field "include" (allowed are users, default_permissions, username, password, token, timeout)',
    ],
    ['a user without a name', { users: [{ password: 'p' }] }, ': users[0] has neither username nor nkey'],
    [
      'a mistyped field',
      { users: [{ username: 'a', password: 'p', permisions: {} }] },
      ': users[0] has an unknown field "permisions" (did you mean permissions?)',
    ],
    [
      'an invalid subject',
      { users: [{ username: 'a', password: 'p', permissions: { subscribe: { allow: ['ok', 'a..b'] } } }] },
      ': users[0].permissions.subscribe.allow[1] has an empty token: "a..b"',
    ],
    [
      'a queue group where only a subject may be',
      { users: [{ username: 'a', password: 'p', permissions: { publish: ['a b'] } }] },
      ': users[0].permissions.publish[0] must not contain whitespace, got "a b"',
    ],
    [
      'an nkey with a typing error',
      { users: [{ nkey: NKEY.replace('B', 'C') }] },
      ': users[0].nkey is not the public key of a user (U and 55 more characters)',
    ],
    [
      'an nkey with a password',
      { users: [{ nkey: NKEY, password: 'p' }] },
      ': users[0] has an nkey, and so must have neither username nor password',
    ],
    [
      'a password that is a number',
      { users: [{ username: 'a', password: 1 }] },
      ': users[0].password must be a string',
    ],
    [
      'users that are no list',
      { users: { username: 'a' } },
      ': users must be a list ({"users": [{"username": …, "password": …}]})',
    ],
    [
      'responses without a duration',
      { users: [{ username: 'a', password: 'p', permissions: { allow_responses: { expires: 'soon' } } }] },
      ': users[0].permissions.allow_responses.expires must be a duration (such as "1m30s")',
    ],
    [
      'a way to connect that there is not',
      { users: [{ username: 'a', password: 'p', allowed_connection_types: ['STANDARD', 'PIGEON'] }] },
      ': users[0].allowed_connection_types must be a list of STANDARD, WEBSOCKET, LEAFNODE, LEAFNODE_WS, MQTT, MQTT_WS, IN_PROCESS',
    ],
  ])('with %s says where that is', (_title, value, message) => {
    expect(read(json(value)).problems).toEqual([place + message]);
  });

  test('names the two places of a user who is there twice', () => {
    const file = JSON.stringify({ users: [{ username: 'a', password: 'p' }] });
    expect(read({ 'a.json': file, 'b.json': file }).problems).toEqual([
      'spec.auth.clientsAuthSecret: Secret "users", key "b.json": users[0] duplicates user "a" (the first is key "a.json": users[0])',
    ]);
  });

  test('is reported by line and column when it is not JSON, without a quote', () => {
    const { problems } = read({ 'a.json': '{"users": [{"username": "a", "password": s3cret}]}' });
    expect(problems).toEqual([`${place} is not JSON at line 1, column 42`]);
  });

  test('is reported when it is empty', () => {
    expect(read({}).problems).toHaveLength(1);
  });

  test('warns of a user without a password', () => {
    const { warnings, problems } = read(json({ users: [{ username: 'a', permissions: { publish: [] } }] }));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([`${place}: users[0] has no password, so that its name alone opens the door`]);
  });

  test.each([
    ['{}', {}],
    ['null', null],
    ['an empty list of denied subjects', { deny: [] }],
    ['no list of allowed subjects', { allow: null }],
  ])('warns of permissions that restrict nothing: %s', (_, publish) => {
    const permissions = { publish, subscribe: { allow: [] } };
    const { warnings, problems } = read(json({ users: [{ username: 'a', password: 'p', permissions }] }));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      `${place}: users[0].permissions.publish restricts nothing (leave it out, or list the subjects: [] allows none)`,
    ]);
  });

  test('needs no passwords where certificates identify users', () => {
    expect(read(json({ users: [{ username: 'CN=a' }] }), true).warnings).toEqual([]);
  });
});
