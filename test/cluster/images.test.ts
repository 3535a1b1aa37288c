import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../package.json';
import { archiveDigest } from '../../scripts/image/archive-digest';
import { buildahBuilder, type ImageBuilder } from '../../scripts/image/image-builder';
import { buildOperatorImage } from '../../scripts/image/operator-image';
import type { ProductImage } from '../../scripts/image/product-image';
import { projectRoot } from '../../scripts/image/project-root';
import { buildSidecarImage } from '../../scripts/image/sidecar-image';
import { sidecars } from '../../scripts/image/sidecars';
import { attempt, run } from '../../tools/toolchain/command';
import { atEnd } from './support/tear-down';
import { nodeVersion } from '../../tools/toolchain/node-program';
import { ensureNodeBaseImage } from '../../tools/toolchain/node-base-image';

const KEY = String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----(\\r)?(\\n)?[A-Za-z0-9+/]{40}`;

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

interface Config {
  readonly config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> };
}

interface Bom {
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
  }[];
}

describe.each([
  { name: 'nats-operator', build: buildOperatorImage, user: '65532:65532' },
  ...sidecars.map(sidecar => ({
    name: `nats-operator-${sidecar.name}`,
    build: async (builder: ImageBuilder, work?: string) => buildSidecarImage(builder, sidecar, work),
    user: '1000:1000',
  })),
])('the image $name', ({ name, build, user }) => {
  let folder: string;
  let first: ProductImage;
  let second: ProductImage;
  const json = async <T>(file: string): Promise<T> => JSON.parse(await readFile(join(folder, file), 'utf8')) as T;
  const blob = (digest: string): string => join('oci/blobs', digest.replace(':', '/'));

  beforeAll(async () => {
    await mkdir(join(projectRoot, '.work'), { recursive: true });
    folder = await mkdtemp(join(projectRoot, '.work/images-'));
    atEnd(async () => rm(folder, { recursive: true, force: true }));
    const builder = buildahBuilder(await ensureNodeBaseImage());
    first = await build(builder);
    second = await build(builder, folder);
    await Promise.all(['oci', 'layer'].map(async each => mkdir(join(folder, each))));
    await run('tar', ['-xf', second.archive, '-C', join(folder, 'oci')]);
    const layer = (await manifest()).layers.at(-1)?.digest ?? '';
    await run('tar', ['-xzf', join(folder, blob(layer)), '-C', join(folder, 'layer')]);
  }, 240_000);

  const manifest = async (): Promise<Manifest> => json(blob((await archiveDigest(second.archive)) ?? ''));

  test('is the same, to the last bit, when it is built again', async () => {
    expect(second.archive).not.toBe(first.archive);
    expect(await archiveDigest(second.archive)).toBe(await archiveDigest(first.archive));
  });

  test('says its version, the commit and the base that it is made of, and runs as a user of its own', async () => {
    const { config } = await json<Config>(blob((await manifest()).config.digest));
    expect(config.User).toBe(user);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-modified)?$/) as string,
      'org.opencontainers.image.base.digest': expect.stringMatching(/^sha256:/) as string,
    });
  });

  test('lists every npm package that is in it, with its version', async () => {
    const { components } = await json<Bom>('layer/sbom.cdx.json');
    const listed = new Map(components.map(each => [each['bom-ref'], each.version]));
    const found = await run('find', [join(folder, 'layer'), '-path', '*node_modules*', '-name', 'package.json']);
    for (const path of found.split('\n').filter(line => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(line))) {
      const place = path.slice(path.indexOf('node_modules/'), -'/package.json'.length);
      const { version: real } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      expect([place, listed.get(place)]).toEqual([place, real]);
    }
    expect(components.filter(({ purl }) => !/^pkg:(npm\/\S+|generic\/node)@\d/.test(purl))).toEqual([]);
    expect(listed.get('node')).toBe(nodeVersion);
  });

  test('holds the license of each', async () => {
    const { components } = await json<Bom>('layer/sbom.cdx.json');
    const text = await readFile(join(folder, 'layer/licenses.txt'), 'utf8');
    const packages = components.filter(({ 'bom-ref': ref }) => ref !== 'node');
    expect(packages.filter(each => !text.includes(`\n${each.name}@${each.version} (`))).toEqual([]);
  });

  test('holds no private key', async () => {
    const { code, stdout } = await attempt('grep', ['-rlE', '-e', KEY, join(folder, 'layer')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});
