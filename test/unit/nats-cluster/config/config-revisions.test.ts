import * as fc from 'fast-check';
import { INCLUDE, type Conf } from '../../../../src/nats/conf/conf';
import {
  configFiles,
  mergeReloadable,
  revisionKey,
  withAccess,
} from '../../../../src/nats-cluster/config/config-revisions';
import { parseConf } from '../../../../src/nats/conf/parse';
import { printConf } from '../../../../src/nats/conf/print';
import { conf as anyConf } from '../../../arbitraries/conf';

const before: Conf = { port: 4222, cluster: { name: 'c', routes: ['a'] } };
const scaled: Conf = { port: 4222, cluster: { name: 'c', routes: ['a', 'b'] } };
const changed: Conf = { port: 4222, max_payload: 9, cluster: { name: 'c', routes: ['a', 'b', 'd'] } };

describe('generationKey', () => {
  test('is a name for a file, the same for ever', () => {
    expect(revisionKey(before)).toBe('nats-9db240e269.conf');
  });

  test('stays when only the routes change, in number or in kind', () => {
    expect(revisionKey(scaled)).toBe(revisionKey(before));
    expect(revisionKey({ port: 4222, cluster: { name: 'c' } })).toBe(revisionKey(before));
  });

  test('stays when members only change places', () => {
    expect(revisionKey({ cluster: { routes: ['a'], name: 'c' }, port: 4222 })).toBe(revisionKey(before));
  });

  test('changes with anything else', () => {
    fc.assert(
      fc.property(anyConf, anyConf, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(revisionKey({ ...before, one })).not.toBe(revisionKey({ ...before, one: other }));
      }),
    );
  });
});

describe('configFiles', () => {
  test('of a first configuration are nats.conf and its generation, alike', () => {
    expect(configFiles(before, {})).toStrictEqual({
      'nats.conf': printConf(before),
      [revisionKey(before)]: printConf(before),
    });
  });

  test('keep an older generation as it was, but for the routes', () => {
    const older = { [revisionKey(before)]: printConf(before) };
    const files = configFiles(changed, older);
    expect(Object.keys(files).sort()).toStrictEqual(['nats.conf', revisionKey(before), revisionKey(changed)].sort());
    expect(parseConf(files[revisionKey(before)] ?? '')).toStrictEqual({
      port: 4222,
      cluster: { name: 'c', routes: ['a', 'b', 'd'] },
    });
  });

  test('have the desired configuration in its own revision, whatever was there', () => {
    const files = configFiles(scaled, { 'nats.conf': 'old', [revisionKey(scaled)]: printConf(before) });
    expect(files).toStrictEqual({ 'nats.conf': printConf(scaled), [revisionKey(scaled)]: printConf(scaled) });
  });

  test('keep a text that we did not print', () => {
    expect(configFiles(before, { 'nats-0.conf': 'port: 4222' })).toHaveProperty(['nats-0.conf'], 'port: 4222');
  });

  test('give an older generation no block that its servers started without', () => {
    const files = configFiles(before, { 'nats-0.conf': printConf({ port: 1 }) });
    expect(parseConf(files['nats-0.conf'] ?? '')).toStrictEqual({ port: 1 });
  });

  test('settle: written again they are the same', () => {
    const once = configFiles(changed, configFiles(before, {}));
    expect(configFiles(changed, once)).toStrictEqual(once);
  });
});

describe('the system user', () => {
  const system = (key: string): Conf => ({ system_account: '$SYS', accounts: { $SYS: { users: [{ nkey: key }] } } });
  const users: Conf = { users: [{ username: 'a', password: 'p' }] };
  const [old, current]: [Conf, Conf] = [
    { port: 1, authorization: users, ...system('OLD') },
    { port: 2, authorization: users, ...system('NEW') },
  ];
  const olderOf = (older: Conf, desired: Conf): unknown => parseConf(mergeReloadable(printConf(older), desired));

  test('has its present key in older revisions, too', () => {
    expect(olderOf(old, current)).toStrictEqual({ ...current, port: 1 });
  });

  test('is not added where there was none, nor taken away while the cluster has none', () => {
    expect(olderOf({ port: 1, authorization: users }, current)).not.toHaveProperty('accounts');
    expect(olderOf(old, { port: 2, authorization: users })).toStrictEqual(old);
  });

  test.each([
    ['a token', { token: 't' }],
    ['a user outside of the list', { username: 'a', password: 'p' }],
    ['an included file', { [INCLUDE]: ['auth.conf'] }],
  ])('goes where it can not stay: beside %s', (_title, authorization) => {
    expect(olderOf({ ...old, authorization }, { port: 2 })).toStrictEqual({
      ...{ port: 1, authorization, system_account: '$SYS', accounts: { $SYS: {} } },
    });
  });

  test('goes with the users that a token replaces', () => {
    const conf = parseConf(withAccess(printConf(old), { token: 't' }));
    expect(conf).toStrictEqual({
      ...{ port: 1, authorization: { token: 't' }, system_account: '$SYS', accounts: { $SYS: {} } },
    });
  });

  test('stays while users change', () => {
    const authorization = { users: [{ username: 'b', password: 'q' }] };
    expect(parseConf(withAccess(printConf(old), authorization))).toStrictEqual({ ...old, authorization });
  });

  test.each([true, false])('comes, goes and changes without a restart (servers reload: %s)', reloads => {
    const { port, authorization } = old;
    expect(revisionKey({ ...current, port }, reloads)).toBe(revisionKey(old, reloads));
    const { accounts } = system('NEW');
    expect(revisionKey({ port, authorization, accounts }, reloads)).toBe(revisionKey({ port, authorization }, reloads));
  });

  test('comes without a restart to servers that name the system account', () => {
    const before: Conf = { port: 1, system_account: '$SYS', accounts: { $SYS: {} } };
    expect(revisionKey({ ...before, ...system('NEW') })).toBe(revisionKey(before));
  });
});
