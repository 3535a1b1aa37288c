import { subjectRules, withRouteRules } from '../../../../src/nats/conf/subject-rules';

test.each([
  ['an empty list', [], { deny: ['>'] }],
  ['an empty list of allowed subjects', { allow: [] }, { deny: ['>'] }],
  ['nothing allowed and something denied', { allow: [], deny: ['a'] }, { deny: ['>'] }],
  ['a list', ['a'], ['a']],
  ['what is denied alone', { deny: [] }, { deny: [] }],
  ['what is allowed and denied', { allow: ['a'], deny: ['b'] }, { allow: ['a'], deny: ['b'] }],
  ['no rules', {}, {}],
  ['a wildcard beside a longer subject', ['*', 'a.>', 'b.c.d', 'b.*'], ['*', 'a.>', 'b.c.d', 'b.*', 'a', 'b', 'b.c']],
  ['a denied wildcard beside a longer subject', { deny: ['*', 'a.b', 'a'] }, { deny: ['*', 'a.b', 'a'] }],
  ['wildcards before the last part', ['*.a', '*.*.b', 'c.a.>'], ['*.a', '*.*.b', 'c.a.>']],
])('prints %s as a server understands it', (_, rules, printed) => {
  expect(subjectRules(rules)).toEqual(printed);
});

test('holds for the routes of natsConfig.extra, in every spelling that a server reads', () => {
  const permissions = { import: [], EXPORT: { Allow: [] }, sub: ['a'] };
  expect(withRouteRules({ cluster: { port: 6222, Permissions: permissions } })).toEqual({
    cluster: { port: 6222, Permissions: { import: { deny: ['>'] }, EXPORT: { deny: ['>'] }, sub: ['a'] } },
  });
});
