import type { NatsClusterSpec, NatsClusterStatus } from '../../../generated/nats-cluster';
import type { Child } from '../../../src/model/child';
import type { Observed } from '../../../src/model/observed';
import type { SecretContent } from '../../../src/model/secret-content';
import { sync, type SyncResult } from '../../../src/sync';
import { makeAuthority, makeIdentity } from '../../fixtures/certificates';
import { secretOf } from '../../fixtures/secret';

const NOW = new Date();
const spec: NatsClusterSpec = { size: 1, version: '2.15.2', auth: { clientsAuthSecret: 'users' } };
const users = (password: string): SecretContent =>
  secretOf({ 'a.json': JSON.stringify({ users: [{ username: 'a', password }] }) });

interface World {
  readonly spec?: NatsClusterSpec;
  readonly children?: readonly Child[];
  readonly status?: NatsClusterStatus;
}

function look(secret: SecretContent | undefined, world: World = {}): SyncResult {
  const observed: Observed = {
    cluster: {
      metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
      spec: world.spec ?? spec,
      ...(world.status === undefined ? {} : { status: world.status }),
    },
    children: world.children ?? [],
    pods: [],
    servers: new Map(),
    secrets: new Map([['users', secret]]),
  };
  return sync(observed, NOW);
}

/** What a look wants to apply, as the API server would then hold it. */
const applied = ({ actions }: SyncResult): Child[] =>
  actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));

const condition = ({ status }: SyncResult, type: string): unknown =>
  status.conditions?.find(candidate => candidate.type === type);

describe('a new cluster', () => {
  test('waits for a Secret that is not there yet, and says so', () => {
    const result = look(undefined);
    const message = 'spec.auth.clientsAuthSecret: Secret "users" does not exist (create it in namespace n)';
    expect(result.actions).toEqual([]);
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'False', reason: 'Missing', message });
    expect(condition(result, 'ConfigApplied')).toMatchObject({ status: 'False', reason: 'SecretInvalid' });
    expect(result.status).toMatchObject({
      phase: 'Creating',
      reason: `The servers are created once the Secrets are there: ${message}`,
    });
    expect(result.notices).toEqual([{ type: 'Warning', reason: 'SecretInvalid', message }]);
  });

  test('is made once the Secret holds what it must', () => {
    const result = look(users('p'));
    expect(applied(result).map(({ kind }) => kind)).toContain('StatefulSet');
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'True', reason: 'Valid' });
  });
});

describe('a running cluster', () => {
  const before = look(users('p'));
  const world = { children: applied(before), status: { ...before.status, currentVersion: '2.15.2' } };

  test('keeps everything as it is while a Secret is broken, and says where without a word of what it holds', () => {
    const result = look(secretOf({ 'a.json': '{"users": [{"username": "a", "password": s3cret}]}' }), world);
    expect(result.actions).toEqual([]);
    expect(result.status).toMatchObject({
      phase: 'Failed',
      reason: expect.stringContaining('line 1, column') as string,
    });
    expect(condition(result, 'ConfigApplied')).toMatchObject({ reason: 'SecretInvalid' });
    expect(condition(result, 'SpecValid')).toMatchObject({ status: 'True' });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  test('keeps everything as it is while a Secret is gone', () => {
    expect(look(undefined, world)).toMatchObject({ actions: [], status: { phase: 'Failed' } });
  });

  test('goes on when the Secret is mended, and tells so', () => {
    const broken = look(secretOf({ 'a.json': '' }), world);
    const mended = look(users('q'), { ...world, status: broken.status });
    expect(applied(mended).map(({ kind }) => kind)).toContain('Secret');
    expect(mended.notices).toContainEqual({
      type: 'Normal',
      reason: 'SecretsValid',
      message: 'The Secrets hold what the servers need',
    });
    expect(mended.status.phase).not.toBe('Failed');
  });
});

describe('a certificate', () => {
  test('that comes to its end is looked at again by itself', async () => {
    const authority = await makeAuthority();
    const { cert, key } = await makeIdentity({ names: ['DNS:c.n.svc'], days: 1 }, authority);
    const secret = secretOf({ 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key }, 'kubernetes.io/tls');
    const observed = (now: Date): SyncResult =>
      sync(
        {
          cluster: {
            metadata: { name: 'c', namespace: 'n', uid: 'u' },
            spec: { ...spec, auth: {}, tls: { serverSecret: 's' } },
          },
          children: [],
          pods: [],
          servers: new Map(),
          secrets: new Map([['s', secret]]),
        },
        now,
      );
    const almost = new Date(NOW.getTime() + 18 * 3_600_000 - 5_000);
    expect(observed(almost).requeueAfter).toBeLessThanOrEqual(15_000);
    expect(condition(observed(new Date(almost.getTime() + 60_000)), 'SecretsValid')).toMatchObject({
      reason: 'Expiring',
    });
    expect(observed(almost).status.clientURL).toBe('tls://c.n.svc:4222');
  });
});
