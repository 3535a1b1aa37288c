import { badManifest, badSpecs, type BadSpec } from '../../fixtures/bad-specs';
import { describeWithApi, tryKubectl } from '../kubectl';
import { installDefinitions } from './definitions';

const refusedByApiServer = badSpecs().filter(({ refusedBy }) => refusedBy !== 'webhook');

describeWithApi('the API server, with no webhook installed', () => {
  beforeAll(installDefinitions);

  test('refuses at least 40 kinds of bad specs', () => {
    expect(refusedByApiServer.length).toBeGreaterThanOrEqual(40);
  });

  test.each(refusedByApiServer.map(row => [row.name, row] as const))('refuses %s, and says why', async (_name, row) => {
    expect(await refusal(badManifest(row))).toEqual(row.says);
  });

  test.each([
    ['a'.repeat(53), 'may have 52 characters at most'],
    ['2nd-cluster', 'starts with a lower-case letter'],
    ['my.cluster', 'holds only lower-case letters, digits and dashes'],
  ])('refuses the name %s, which its Services and pods could not bear', async (name, words) => {
    const manifest = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name }, spec: {} };
    expect((await refusal(JSON.stringify(manifest))).join('\n')).toContain(words);
  });

  test('refuses a role for namespaces by pattern', async () => {
    const role = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsServiceRole', metadata: { name: 'admin' } };
    expect(await refusal(JSON.stringify({ ...role, spec: { namespaces: ['team-*'] } }))).toEqual([
      `spec.namespaces[0]: Invalid value: "team-*": namespaces takes names of namespaces, or '*' for all; patterns such as team-* are not supported`,
    ]);
  });
});

/** The lines of kubectl's refusal without its heading and without those that name no field (the API server's own remarks). */
async function refusal(manifest: string): Promise<BadSpec['says']> {
  const { code, stderr } = await tryKubectl(['create', '--dry-run=server', '-f', '-'], manifest);
  if (code === 0) return [];
  const heading = /^(The \w+ "[^"]+" is invalid: ?|Error from server .* strict decoding error: )/;
  return stderr
    .replace(heading, '')
    .split('\n')
    .map(line => line.replace(/^\* /, '').trim())
    .filter(line => line !== '' && !line.startsWith('<nil>'));
}
