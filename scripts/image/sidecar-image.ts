import { build } from 'esbuild';
import type { ImageBuilder } from './image-builder';
import { bundledPackages } from './package-folders';
import { ensureProductImage, type ProductImage } from './product-image';
import { sidecarBundle } from './sidecar-bundle';
import { sidecars, type Sidecar } from './sidecars';

/** Builds the images of all sidecars from this checkout; one whose source is unchanged costs the bundling alone. */
export async function buildSidecarImages(builder: ImageBuilder): Promise<ProductImage[]> {
  const images: ProductImage[] = [];
  for (const sidecar of sidecars) images.push(await buildSidecarImage(builder, sidecar));
  return images;
}

/** Builds the image of one, under the name that pods ask for where their NatsCluster names no other. */
export async function buildSidecarImage(builder: ImageBuilder, sidecar: Sidecar, work?: string): Promise<ProductImage> {
  const { name, program, image } = sidecar;
  const { outputFiles, metafile } = await build({ ...sidecarBundle(sidecar, program), metafile: true, write: false });
  const content = {
    name: `nats-operator-${name}`,
    dockerfile: `docker/${name}/Dockerfile`,
    sources: [`src/sidecars/${name}`, 'package-lock.json', `docker/${name}`, 'scripts/image'],
    programs: { [program]: outputFiles.map(({ text }) => text).join('') },
    packages: bundledPackages(metafile),
    ref: () => `docker.io/library/${image}`,
  };
  return ensureProductImage(builder, content, work);
}
