import type { ImageBuilder } from './image-builder';
import { buildOperatorImage } from './operator-image';
import type { ProductImage } from './product-image';
import { buildSidecarImages } from './sidecar-image';

/** The images of this checkout: the operator's own, and those that it puts beside servers. */
export interface ProductImages {
  readonly operator: ProductImage;
  readonly sidecars: readonly ProductImage[];
}

/** Builds all images; what is unchanged is not built again. */
export async function buildProductImages(builder: ImageBuilder): Promise<ProductImages> {
  const operator = await buildOperatorImage(builder);
  return { operator, sidecars: await buildSidecarImages(builder) };
}
