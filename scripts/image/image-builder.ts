import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../toolchain/artifact-cache';
import { run } from '../toolchain/command';
import type { ImageArchive } from '../toolchain/image-artifact';

/** One image to build: where its Dockerfile and context are, its name, and the OCI archive to write. */
export interface ImageBuild {
  readonly dockerfile: string;
  readonly context: string;
  readonly ref: string;
  readonly archive: string;
}

/** A program that builds images, and which base image it starts from. */
export interface ImageBuilder {
  readonly base: string;
  readonly build: (image: ImageBuild) => Promise<void>;
}

/** Builds without a registry and without a daemon, from a base image in an OCI archive; needs Debian's buildah and root. */
export function buildahBuilder(base: ImageArchive): ImageBuilder {
  return {
    base: base.digest,
    build: async ({ dockerfile, context, ref, archive }) => {
      const root = join(cacheFolder(), 'buildah');
      await mkdir(root, { recursive: true });
      // vfs and chroot ask nothing of the kernel: no overlay, no namespaces, so it works inside a container as well.
      const buildah = (...args: string[]) => run('buildah', ['--root', root, '--storage-driver', 'vfs', ...args]);
      const from = `NODE_BASE=oci-archive:${base.path}`;
      await buildah(
        'bud',
        '--isolation',
        'chroot',
        '--timestamp',
        '0',
        '--build-arg',
        from,
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
  return {
    base,
    build: async ({ dockerfile, context, ref, archive }) => {
      await run('docker', ['build', '--build-arg', `NODE_BASE=${base}`, '-t', ref, '-f', dockerfile, context]);
      await run('docker', ['save', '-o', archive, ref]);
    },
  };
}
