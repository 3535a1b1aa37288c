import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { slimKubernetesClient } from '../../scripts/image/slim-kubernetes-client';

const root = join(__dirname, '../..');
const packages = ['kubernetes-fluent-client', '@kubernetes/client-node'];

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.map(name => join(root, folder, name)).filter(name => statSync(name).isFile());
}

describe('the modules of the image, with no more of the Kubernetes client than is used', () => {
  let folder = '';
  const modules = (): string => join(folder, 'node_modules');

  beforeAll(async () => {
    mkdirSync(join(root, '.work'), { recursive: true });
    // Within the checkout, so that what the two packages need is found above them.
    folder = mkdtempSync(join(root, '.work/slim-'));
    const isRun = (path: string): boolean => !/\.(map|ts)$/.test(path);
    for (const name of packages) {
      cpSync(join(root, 'node_modules', name), join(modules(), name), { recursive: true, filter: isRun });
    }
    await slimKubernetesClient(modules());
  }, 30_000);

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  test('are loaded, and know kinds by the names of their classes', () => {
    const program = `
      const { kind, modelToGroupVersionKind, K8s } = await import('kubernetes-fluent-client');
      const { KubeConfig } = await import('@kubernetes/client-node');
      const { WatchPhase } = await import('${join(modules(), 'kubernetes-fluent-client/dist/fluent/shared-types.js')}');
      const { group, version, kind: name } = modelToGroupVersionKind(kind.StatefulSet.name);
      console.log(JSON.stringify([group, version, name, typeof K8s, new KubeConfig().clusters, WatchPhase.Added]));`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
    expect(JSON.parse(answer.toString())).toEqual(['apps', 'v1', 'StatefulSet', 'function', [], 'ADDED']);
  });

  test('are less than a twentieth of the whole', () => {
    const size = (base: string): number =>
      packages
        .flatMap(name => filesBelow(join(base, name, 'dist')))
        .reduce((sum, name) => sum + statSync(name).size, 0);
    expect(size(modules().slice(root.length))).toBeLessThan(size('node_modules') / 20);
  });
});
