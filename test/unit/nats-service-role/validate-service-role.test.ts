import { describeProblem } from '../../../src/schema/problem';
import { validateServiceRole } from '../../../src/nats-service-role/validate-service-role';

const form = 'tokens separated by dots, such as orders.new, orders.* for one token or orders.> for the rest';
const shape = 'a list such as ["orders.*"], or {allow: [...], deny: [...]}';

const good: [string, unknown][] = [
  ['lists of subjects', { permissions: { publish: ['foo.*', 'foo.bar.quux'], subscribe: ['>'] } }],
  ['allow and deny', { permissions: { publish: { allow: ['a.>'], deny: ['a.b'] }, subscribe: { deny: ['>'] } } }],
  ['a queue group', { permissions: { publish: [], subscribe: ['orders.* workers', 'logs.> v*.>'] } }],
  ['namespaces', { permissions: { publish: [], subscribe: [] }, namespaces: ['team-a', '*'] }],
];

const bad: [string, unknown, string[]][] = [
  [
    'an empty part of a subject',
    { permissions: { publish: ['foo..bar'], subscribe: [] } },
    [`spec.permissions.publish[0]: has an empty token: "foo..bar" (${form})`],
  ],
  [
    'a wildcard for the rest before the end',
    { permissions: { publish: [], subscribe: { allow: ['foo.>.bar'] } } },
    [`spec.permissions.subscribe.allow[0]: has ">" before the last token: "foo.>.bar" (${form})`],
  ],
  [
    'a queue group where there can be none',
    { permissions: { publish: ['orders workers'], subscribe: [] } },
    [`spec.permissions.publish[0]: must not contain whitespace, got "orders workers" (${form})`],
  ],
  [
    'an empty subject and one that is no text',
    { permissions: { publish: ['', 1], subscribe: ['a b c'] } },
    [
      `spec.permissions.publish[0]: must not be empty (${form})`,
      `spec.permissions.publish[1]: must be a string (${form})`,
      `spec.permissions.subscribe[0]: must be a subject and an optional queue group, got "a b c" (${form})`,
    ],
  ],
  [
    'a subject where a list belongs',
    { permissions: { publish: 'foo', subscribe: { allow: 'foo', denied: [] } } },
    [
      `spec.permissions.publish: must be subjects (${shape})`,
      `spec.permissions.subscribe.allow: must be a list of subjects (${shape})`,
      `spec.permissions.subscribe.denied: is not a field of spec.permissions.subscribe (${shape})`,
    ],
  ],
  [
    'a namespace by pattern and a misspelt field',
    { permissions: { publish: [], subscribe: [] }, namespaces: ['team-*'], permission: {} },
    [
      'spec.permission: is not a field of spec (did you mean permissions?)',
      "spec.namespaces[0]: namespaces takes names of namespaces, or '*' for all; patterns such as team-* are not supported",
    ],
  ],
];

describe('validation of a NatsServiceRole', () => {
  test.each(good)('has nothing against %s', (_, spec) => {
    expect(validateServiceRole(role(spec))).toEqual({ problems: [], warnings: [] });
  });

  test.each(bad)('rejects %s', (_, spec, lines) => {
    expect(validateServiceRole(role(spec)).problems.map(describeProblem)).toEqual(lines);
  });

  test('warns of a role that serves no cluster', () => {
    const { spec } = role({ permissions: { publish: [], subscribe: [] } });
    expect(validateServiceRole({ metadata: { name: 'user' }, spec }).warnings).toEqual([
      'metadata.labels.nats_cluster: is not set, so the role serves no cluster (set it to the name of a NatsCluster in this namespace)',
    ]);
  });

  test.each([
    ['no permissions', {}, 'publish or subscribe'],
    ['no subjects that it may publish to', { permissions: { subscribe: [] } }, 'publish'],
    ['rules that are empty', { permissions: { publish: { allow: [] }, subscribe: {} } }, 'subscribe'],
    ['nothing that is denied', { permissions: { publish: { deny: [] }, subscribe: { deny: ['>'] } } }, 'publish'],
  ])('warns of a role with %s', (_, spec, what) => {
    expect(validateServiceRole(role(spec)).warnings).toEqual([
      `spec.permissions: does not restrict what the account may ${what} (list its subjects; an empty list allows none)`,
    ]);
  });
});

function role(spec: unknown) {
  return { metadata: { name: 'user', labels: { nats_cluster: 'example' } }, spec };
}
