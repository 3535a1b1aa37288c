import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { until } from '../../../tools/toolchain/until';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';

// A group and names of its own, for the definition is replaced here while other files use the real one.
const group = 'before.example.com';
const names = { kind: 'OldCluster', listKind: 'OldClusterList', plural: 'oldclusters', singular: 'oldcluster' };
const kind = `${names.plural}.${group}`;
const name = '1st.cluster';
const servedWithinMs = 20_000;

describeWithApi('an object that was stored before these definitions, and that they would refuse', () => {
  beforeAll(async () => {
    await kubectl(['create', '-f', '-'], definition({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }));
    const object = { apiVersion: `${group}/v1alpha2`, kind: names.kind };
    const spec = { size: 0, version: 'bad', gone: true, tls: { serverSecretCAFileName: 'ca.crt' } };
    const manifest = JSON.stringify({ ...object, metadata: { name, finalizers: ['example.com/held'] }, spec });
    const isStored = async () => (await tryKubectl(['create', '-f', '-'], manifest)).code === 0;
    expect(await until(isStored, servedWithinMs)).toBe(true);
    await kubectl(['replace', '-f', '-'], definition());
    const isPruned = async () => !(await kubectl(['get', kind, name, '-o', 'json'])).includes('"gone"');
    expect(await until(isPruned, servedWithinMs)).toBe(true);
  });

  test('takes a status', async () => {
    await patch('{"status": {"phase": "Failed"}}', '--subresource=status');
    expect(await kubectl(['get', kind, name, '-o', 'jsonpath={.status.phase}'])).toBe('Failed');
  });

  test('takes a change that leaves what is wrong as it was, with a warning', async () => {
    expect((await patch('{"spec": {"paused": true}}')).stderr).toContain('a NATS version has three numbers');
  });

  test('is still held to the rules where it changes', async () => {
    const answer = await tryKubectl(['patch', kind, name, '--type=merge', '-p', '{"spec": {"version": "worse"}}']);
    expect(answer.stderr).toContain('spec.version: Invalid value: "worse": a NATS version has three numbers');
  });

  test('lets go of its finalizer and can be deleted', async () => {
    await kubectl(['delete', kind, name, '--wait=false']);
    await patch('{"metadata": {"finalizers": null}}');
    expect(await kubectl(['get', kind, '-o', 'name'])).toBe('');
  });
});

async function patch(change: string, ...options: string[]) {
  const answer = await tryKubectl(['patch', kind, name, '--type=merge', '-p', change, ...options]);
  expect(answer).toMatchObject({ code: 0 });
  return answer;
}

interface Definition {
  metadata: { name: string };
  spec: { group: string; names: typeof names; versions: { schema: { openAPIV3Schema: unknown } }[] };
}

/** The CRD of NatsCluster in the group of this test, with another schema where one is given. */
function definition(schema?: unknown): string {
  const crd = parse(readFileSync('crds/natsclusters.yaml', 'utf8')) as Definition;
  crd.metadata.name = kind;
  crd.spec.group = group;
  crd.spec.names = names;
  const [version] = crd.spec.versions;
  if (schema !== undefined && version) version.schema.openAPIV3Schema = schema;
  return JSON.stringify(crd);
}
