import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../tools/toolchain/artifact-cache';
import { run } from '../../tools/toolchain/command';
import type { ImageArchive } from '../../tools/toolchain/image-artifact';
import { nodeVersion } from '../../tools/toolchain/node-program';

/** What an image starts from; the digest where it is known. */
interface BaseImage {
  readonly name: string;
  readonly digest?: string;
}

/** One image to build: where its Dockerfile and context are, its name, and the OCI archive to write. */
export interface ImageBuild {
  readonly dockerfile: string;
  readonly context: string;
  readonly ref: string;
  readonly archive: string;
  /** What the Dockerfile's ARGs are given. */
  readonly args: Readonly<Record<string, string>>;
}

/** A program that builds images, and which base image it starts from. */
export interface ImageBuilder {
  readonly base: BaseImage;
  /** Of the node that is in the base image. */
  readonly nodeVersion: () => Promise<string>;
  readonly build: (image: ImageBuild) => Promise<void>;
}

/** Builds without a registry and without a daemon, from a base image in an OCI archive; needs Debian's buildah and root. */
export function buildahBuilder(base: ImageArchive): ImageBuilder {
  const known = { name: base.reference, digest: base.digest };
  return {
    base: known,
    nodeVersion: async () => Promise.resolve(nodeVersion),
    build: async ({ dockerfile, context, ref, archive, args }) => {
      const root = join(cacheFolder(), 'buildah');
      await mkdir(root, { recursive: true });
      // vfs and chroot ask nothing of the kernel: no overlay, no namespaces, so it works inside a container as well.
      const buildah = (...args: string[]) => run('buildah', ['--root', root, '--storage-driver', 'vfs', ...args]);
      const options = [...buildArgs({ ...args, NODE_BASE: `oci-archive:${base.path}` }), ...baseLabels(known)];
      await buildah(
        'bud',
        '--isolation',
        'chroot',
        '--timestamp',
        '0',
        ...options,
        '-t',
        ref,
        '-f',
        dockerfile,
        context,
      );
      await buildah('push', ref, `oci-archive:${archive}:${ref}`);
      await buildah('rmi', ref);
    },
  };
}

/** Builds with docker, from a base image that it pulls: the way for a cluster of one's own (kind, k3d, minikube). */
export function dockerBuilder(base = 'node:22-slim'): ImageBuilder {
  const [name = base, digest] = base.split('@');
  const known = { name, ...(digest === undefined ? {} : { digest }) };
  return {
    base: known,
    nodeVersion: async () => {
      const version = await run('docker', ['run', '--rm', '--entrypoint', 'node', base, '--version']);
      return version.trim().replace(/^v/, '');
    },
    build: async ({ dockerfile, context, ref, archive, args }) => {
      const options = [...buildArgs({ ...args, NODE_BASE: base }), ...baseLabels(known)];
      await run('docker', ['build', ...options, '-t', ref, '-f', dockerfile, context]);
      await run('docker', ['save', '-o', archive, ref]);
    },
  };
}

function buildArgs(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
}

/** @see https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function baseLabels({ name, digest }: BaseImage): string[] {
  const labels = [`base.name=${name}`, ...(digest === undefined ? [] : [`base.digest=${digest}`])];
  return labels.flatMap(label => ['--label', `org.opencontainers.image.${label}`]);
}
