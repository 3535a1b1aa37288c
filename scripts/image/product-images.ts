import type { ImageBuilder } from './image-builder';
import { buildOperatorImage, type OperatorImage } from './operator-image';
import { buildSidecarImages } from './sidecar-image';

/** The images of this checkout: the operator's own, and those that it puts beside servers. */
export interface ProductImages {
  readonly operator: OperatorImage;
  readonly sidecars: readonly OperatorImage[];
}

/** Builds all images; what is unchanged is not built again. */
export async function buildProductImages(builder: ImageBuilder): Promise<ProductImages> {
  const operator = await buildOperatorImage(builder);
  return { operator, sidecars: await buildSidecarImages(builder) };
}
