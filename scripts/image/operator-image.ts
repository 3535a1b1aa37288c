import { IMAGE_REPOSITORY } from '../../src/nats-cluster/spec/images';
import type { ImageBuilder } from './image-builder';
import { operatorFiles } from './operator-files';
import { ensureProductImage, type ProductImage } from './product-image';

const SOURCES = [
  'pepr.ts',
  'capabilities',
  'src',
  'generated',
  'package.json',
  'package-lock.json',
  'docker',
  'scripts/image',
];

/** Builds the operator's image from this checkout; its tag is another where its source has changed, so that Kubernetes rolls it out. */
export async function buildOperatorImage(builder: ImageBuilder, work?: string): Promise<ProductImage> {
  const { programs, modules, packages } = await operatorFiles();
  const content = {
    name: IMAGE_REPOSITORY,
    dockerfile: 'docker/operator/Dockerfile',
    sources: SOURCES,
    programs,
    folder: modules,
    packages,
    ref: (tag: string) => `docker.io/library/${IMAGE_REPOSITORY}:${tag}`,
  };
  return ensureProductImage(builder, content, work);
}
