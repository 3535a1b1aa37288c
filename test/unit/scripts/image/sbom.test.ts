import { bundledPackages, packageFolders } from '../../../../scripts/image/package-folders';
import { licenses } from '../../../../scripts/image/licenses';
import { sbom } from '../../../../scripts/image/sbom';

test('files tell of the packages that they belong to, nested and scoped ones too', () => {
  const files = ['node_modules/a/x.js', 'node_modules/a/node_modules/@b/c/d/y.js', 'src/z.ts', 'node_modules/a/w.js'];
  const folders = ['node_modules/a', 'node_modules/a/node_modules/@b/c'];
  expect(packageFolders(files)).toEqual(folders);
  const inputs = Object.fromEntries(files.map(file => [file, { bytes: 1, imports: [] }]));
  expect(bundledPackages({ inputs, outputs: {} })).toEqual(folders);
});

test('a bill of materials names node, and each package, version, checksum and license, and is the same each time', async () => {
  const text = await sbom('nats-operator', ['node_modules/@kubernetes/client-node'], '22.1.0');
  expect(JSON.parse(text)).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { type: 'application', name: 'nats-operator' } },
    components: [
      { name: 'node', version: '22.1.0', purl: 'pkg:generic/node@22.1.0' },
      {
        purl: expect.stringMatching(/^pkg:npm\/%40kubernetes\/client-node@\d/) as string,
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) as string }],
        licenses: [{ expression: 'Apache-2.0' }],
      },
    ],
  });
  expect(await sbom('nats-operator', ['node_modules/@kubernetes/client-node'], '22.1.0')).toBe(text);
});

test('the licenses of packages are there in full, each text once, and those that hold none are named', async () => {
  const folders = ['node_modules/@kubernetes/client-node', 'node_modules/undici', 'node_modules/stream-buffers'];
  const text = await licenses(folders);
  expect(text).toMatch(/^@kubernetes\/client-node@\S+ \(Apache-2.0\)$/m);
  expect(text).toMatch(/^undici@\S+ \(MIT\)\n\n.*?Copyright \(c\) Matteo Collina and Undici contributors/ms);
  expect(text).toMatch(/^stream-buffers@\S+ \(Unlicense\)\n\nThe package holds no text of its license/m);
  expect(text.split('http://www.apache.org/licenses/\n').length - 1).toBeLessThanOrEqual(2);
  expect(await licenses([...folders].reverse())).toHaveLength(text.length);
});
