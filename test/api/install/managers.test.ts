import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { describeWithApi, tryKubectl } from '../kubectl';

const FILES = ['00-crds', '10-prereqs', '20-deployment'];

/**
 * As it stands, but in that namespace, under names of its own, and with webhooks that are asked about a group that nobody has: other files of tests use the
 * same API server. The CRDs they have in common.
 */
function manifest(folder: string, file: string, home: string): string {
  const text = readFileSync(join(projectRoot, 'deploy', folder, `${file}.yaml`), 'utf8');
  const there = text.replaceAll(/^( *(?:name: |namespace: |- ))nats-io$/gm, `$1${home}`);
  if (file === '00-crds') return there;
  const ours = there.replaceAll('nats-operator', home).replaceAll(/^( *)- nats\.io$/gm, '$1- unused.example');
  if (/[-[] *nats\.io\b/.test(ours)) throw new Error('its webhooks would be asked about the kinds of other tests');
  return ours;
}

async function applyAs(manager: string, namespace: readonly string[], text: string): Promise<string> {
  const args = ['apply', '--server-side', `--field-manager=${manager}`, ...namespace, '-f', '-'];
  return (await tryKubectl(args, text)).stderr;
}

describeWithApi.each(['cluster-wide', 'namespaced'])('the manifests of deploy/%s', folder => {
  const home = `managers-${folder}`;
  // The others name theirs.
  const namespace = folder === 'namespaced' ? ['-n', home] : [];

  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(home);
    for (const file of FILES) expect(await applyAs('one', namespace, manifest(folder, file, home))).toBe('');
  }, 60_000);

  test.each(FILES)('can be applied by a second manager without force: %s.yaml', async file => {
    expect(await applyAs('another', namespace, manifest(folder, file, home))).toBe('');
  });
});
