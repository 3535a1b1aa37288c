import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { describeWithApi, kubectl } from '../kubectl';
import { installDefinitions, makeNamespace, storedForm } from './definitions';

const namespace = 'crd-legacy';

describeWithApi('what was written for the Go operator', () => {
  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(namespace);
    // Other files of tests may need it as well.
    const shared = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nats-io' } };
    await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(shared));
  });

  const manifests = ['readme', 'examples'].flatMap(manifestsIn);

  test.each(manifests.map(manifest => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    'applies unchanged: %s',
    async (_name, manifest) => {
      const stored = await storedForm<Manifest>(JSON.stringify(manifest), manifest.metadata.namespace);
      expect(stored.spec).toMatchObject(manifest.spec);
    },
  );

  test('applies as a Go client writes it, with empty strings, nulls and a status', async () => {
    const spec = { size: 3, version: '', serverImage: '', pod: { resources: {}, reloaderResources: {} } };
    const template = { metadata: { creationTimestamp: null }, spec: { containers: null } };
    const status = { phase: '', reason: '', controlPaused: false, conditions: null, size: 0, currentVersion: '' };
    const manifest = { ...named('from-go'), spec: { ...spec, template }, status };
    expect((await storedForm<Manifest>(JSON.stringify(manifest), namespace)).spec).toMatchObject(spec);
  });

  test('keeps its conditions, of repeated types, and can be changed beside them', async () => {
    const conditions = [
      { type: 'Ready', reason: 'current state matches desired state', transitionTime: '2019-01-11T17:16:36Z' },
      { type: 'ScalingUp', reason: 'scaling cluster from 1 to 3 peers', transitionTime: '2019-01-11T17:17:00Z' },
      { type: 'Ready', reason: 'current state matches desired state', transitionTime: '2019-01-11T17:17:36Z' },
    ];
    await kubectl(['create', '-n', namespace, '-f', '-'], JSON.stringify({ ...named('old'), spec: { size: 3 } }));
    const patch = JSON.stringify({ status: { phase: 'Running', size: 3, conditions } });
    await kubectl(['patch', '-n', namespace, 'nats/old', '--subresource=status', '--type=merge', '-p', patch]);
    await kubectl(['scale', '-n', namespace, 'nats/old', '--replicas=5']);
    const stored = JSON.parse(await kubectl(['get', '-n', namespace, 'nats/old', '-o', 'json'])) as Manifest;
    expect(stored.status).toMatchObject({ conditions });
  });

  test('has conditions that ours replace as a whole', async () => {
    const conditions = [
      { type: 'Ready', status: 'True', reason: 'Meshed', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ];
    const manifest = { ...named('old'), status: { conditions } };
    const args = ['apply', '-n', namespace, '--server-side', '--force-conflicts', '--subresource=status', '-f', '-'];
    await kubectl(args, JSON.stringify(manifest));
    const stored = JSON.parse(await kubectl(['get', '-n', namespace, 'nats/old', '-o', 'json'])) as Manifest;
    expect(stored.status?.conditions).toEqual(conditions);
  });
});

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

function manifestsIn(name: string): Manifest[] {
  const documents = parseAllDocuments(readFileSync(`test/fixtures/legacy/${name}.yaml`, 'utf8'));
  return [...documents].map(document => document.toJS() as Manifest);
}

function named(name: string) {
  return { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name } };
}
