import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureArtifact } from './artifact-cache';
import { ociArchive, type OciImage } from './oci-archive';

/** An image that can be loaded into a cluster. */
export interface ImageArchive {
  readonly reference: string;
  /** The path of the OCI archive. */
  readonly path: string;
  /** The digest that a runtime shows for the image once it is loaded. */
  readonly digest: string;
}

/** The image's archive, composed by `compose` unless the cache has one of the same recipe. */
export async function ensureImage(
  reference: string,
  recipe: unknown,
  compose: () => Promise<Omit<OciImage, 'reference'>>,
): Promise<ImageArchive> {
  const folder = await ensureArtifact({ title: `image ${reference}`, recipe }, async partial => {
    const { bytes, digest } = ociArchive({ reference, ...(await compose()) });
    await writeFile(join(partial, 'image.tar'), bytes);
    await writeFile(join(partial, 'digest'), digest);
  });
  const digest = await readFile(join(folder, 'digest'), 'utf8');
  return { reference, path: join(folder, 'image.tar'), digest };
}
