import type { V1Pod } from '@kubernetes/client-node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { projectRoot } from '../../scripts/image/project-root';
import { AuditLog } from './support/audit-log';
import { apply, kubectl, tryKubectl } from './support/kubectl';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { passMessage } from './support/message';
import { getCluster, getPods } from './support/objects';
import { waitForIdle, waitUntilRead } from './support/wait-for-idle';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const example = readFileSync(join(projectRoot, 'examples/nats-cluster.yaml'), 'utf8');
const { name } = (parseAllDocuments(example)[0]?.toJS() as { metadata: { name: string } }).metadata;

const uidOf = ({ metadata }: V1Pod): string | undefined => metadata?.uid;

let environment: TestEnvironment;
let namespace: string;

beforeAll(async () => {
  environment = await setupTestEnvironment('life');
  namespace = environment.namespace;
}, 120_000);

describe('the life of a NatsCluster', () => {
  it('becomes three meshed servers from the example, and a message passes between two of them', async () => {
    await apply(example, namespace);
    const pods = await waitUntilSettled(namespace, name, 3);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual([`${name}-1`, `${name}-2`, `${name}-3`]);
    const [first, , third] = pods;
    if (first === undefined || third === undefined) throw new Error('three pods were expected');
    await passMessage(first, third);
    await passMessage(third, first);
  }, 90_000);

  it('becomes three servers of the default version from a manifest with neither size nor version', async () => {
    await applyCluster(namespace, 'minimal', {});
    const pods = await waitUntilSettled(namespace, 'minimal', 3);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(['minimal-1', 'minimal-2', 'minimal-3']);
    const cluster = await getCluster(namespace, 'minimal');
    expect(pods[0]?.spec?.containers[0]?.image).toBe(`nats:${cluster?.status?.currentVersion ?? ''}`);
  }, 90_000);

  it('is shown by kubectl get with its size, ready and updated servers, version and state', async () => {
    const table = await environment.kubectl('get', 'nats', name);
    const [header = '', row = ''] = table.split('\n').map(line => line.replace(/\s+/g, ' '));
    expect(header).toMatch(/^NAME SIZE READY UPDATED VERSION STATUS AGE/);
    expect(row).toMatch(new RegExp(`^${name} 3 3 3 \\d+\\.\\d+\\.\\d+\\S* Healthy `));
  });

  it('is told as a story by the events of kubectl describe', async () => {
    const description = await environment.kubectl('describe', 'nats', name);
    expect(description).toMatch(new RegExp(`Created Secret/${name}, .*, StatefulSet/${name}`));
    expect(description).toContain('3 of 3 servers ready');
  });

  it('is explained field by field', async () => {
    const text = await kubectl(['explain', 'nats.spec.size']);
    expect(text).toMatch(/FIELD: size <integer>/);
    expect(text.toLowerCase()).toContain('servers');
  });

  it('is waited for by kubectl wait, which a status from before a change does not fool', async () => {
    const before = await getPods(namespace, name);
    await environment.kubectl('scale', `nats/${name}`, '--replicas=5');
    await environment.kubectl('wait', '--for=condition=Ready', `nats/${name}`, '--timeout=60s');
    const cluster = await getCluster(namespace, name);
    expect(cluster?.status?.readyReplicas).toBe(5);
    const pods = await waitUntilSettled(namespace, name, 5);
    expect(pods.slice(0, 3).map(uidOf)).toEqual(before.map(uidOf));
  }, 90_000);

  it('scales back from five to three, the highest first', async () => {
    const before = await getPods(namespace, name);
    await environment.kubectl('scale', `nats/${name}`, '--replicas=3');
    const pods = await waitUntilSettled(namespace, name, 3, 90_000);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual([`${name}-1`, `${name}-2`, `${name}-3`]);
    expect(pods.map(uidOf)).toEqual(before.slice(0, 3).map(uidOf));
  }, 120_000);

  it('makes no write in a second pass over a converged cluster, and then no request at all', async () => {
    await waitForIdle(await AuditLog.fromNow(environment.operator.user));
    const audit = await AuditLog.fromNow(environment.operator.user);
    await environment.operator.kill();
    environment.operator.start();
    await waitUntilRead(audit, namespace, name);
    await waitForIdle(audit, 20_000);
    expect(await audit.operatorWrites(namespace)).toEqual([]);
  }, 90_000);

  it('leaves nothing behind when it is deleted', async () => {
    await environment.kubectl('delete', 'nats', '--all', '--wait');
    await waitFor(async () => (await leftovers()).length === 0, {
      what: 'every object of the clusters to be gone',
      deadline: 60_000,
    });
    expect(await leftovers()).toEqual([]);
  }, 90_000);
});

/** Every object of any kind in the namespace, but for Events, what each namespace has, and what the tests' operator itself needs. */
async function leftovers(): Promise<string[]> {
  const kinds = (await kubectl(['api-resources', '--namespaced', '--verbs=list', '-o', 'name'])).trim().split('\n');
  const wanted = kinds.filter(kind => !/^events(\.|$)|\.metrics\.k8s\.io$/.test(kind));
  const { stdout } = await tryKubectl(['get', wanted.join(), '-n', namespace, '-o', 'name']);
  const given = /kube-root-ca\.crt|serviceaccount\/|rolebinding\S+nats-operator-test$|lease\S+nats-operator$/;
  return stdout.split('\n').filter(line => line !== '' && !given.test(line));
}
