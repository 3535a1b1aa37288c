import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../package.json';
import { projectRoot } from '../image/project-root';
import { type ClusterAccess, kubectl } from './cluster-access';

/** A folder of deploy/. */
export type ManifestFolder = 'cluster-wide' | 'namespaced';

const FILES = ['00-crds', '10-prereqs', '20-deployment'] as const;
const RELEASED = `image: nats-operator:${version}\n`;
const SIDECARS = '--image-repository=nats-operator\n';

/** Applies the folder's manifests as they are, but for the images: the operator's is this one, and those of sidecars are beside it. Those of the namespaced operator go into that namespace. */
export async function applyManifests(
  cluster: ClusterAccess,
  folder: ManifestFolder,
  imageRef: string,
  namespace?: string,
): Promise<void> {
  const as = ['--server-side', '--force-conflicts', '--field-manager=nats-operator-install'];
  for (const file of FILES) {
    const text = await read(folder, file);
    await kubectl(cluster, ['apply', ...as, ...inNamespace(namespace), '-f', '-'], withImage(text, imageRef));
  }
}

/**
 * Deletes what an operator is made of; the kinds and the namespaces stay, and so does every NatsCluster. Nothing happens where there is none. Its pods go first, so that they
 * may still say that they do: others take over at once.
 */
export async function deleteManifests(
  cluster: ClusterAccess,
  folder: ManifestFolder,
  namespace?: string,
): Promise<void> {
  for (const file of ['20-deployment', '10-prereqs'] as const) {
    const args = ['delete', '--ignore-not-found', '--cascade=foreground', ...inNamespace(namespace), '-f', '-'];
    await kubectl(cluster, args, await read(folder, file));
  }
}

async function read(folder: ManifestFolder, file: (typeof FILES)[number]): Promise<string> {
  return readFile(join(projectRoot, 'deploy', folder, `${file}.yaml`), 'utf8');
}

function withImage(text: string, imageRef: string): string {
  const repository = imageRef.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return text.replaceAll(RELEASED, `image: ${imageRef}\n`).replaceAll(SIDECARS, `--image-repository=${repository}\n`);
}

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['-n', namespace];
}
