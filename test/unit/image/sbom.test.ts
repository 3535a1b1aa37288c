import { bundledPackages, packageFolders } from '../../../scripts/image/package-folders';
import { sbom } from '../../../scripts/image/sbom';

test('files tell of the packages that they belong to, nested and scoped ones too', () => {
  const files = ['node_modules/a/x.js', 'node_modules/a/node_modules/@b/c/d/y.js', 'src/z.ts', 'node_modules/a/w.js'];
  const folders = ['node_modules/a', 'node_modules/a/node_modules/@b/c'];
  expect(packageFolders(files)).toEqual(folders);
  const inputs = Object.fromEntries(files.map(file => [file, { bytes: 1, imports: [] }]));
  expect(bundledPackages({ inputs, outputs: {} })).toEqual(folders);
});

test('a bill of materials names package, version, checksum and license, and is the same each time', async () => {
  const text = await sbom('nats-operator', ['node_modules/@kubernetes/client-node']);
  expect(JSON.parse(text)).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { type: 'application', name: 'nats-operator' } },
    components: [
      {
        purl: expect.stringMatching(/^pkg:npm\/%40kubernetes\/client-node@\d/) as string,
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) as string }],
        licenses: [{ expression: 'Apache-2.0' }],
      },
    ],
  });
  expect(await sbom('nats-operator', ['node_modules/@kubernetes/client-node'])).toBe(text);
});
