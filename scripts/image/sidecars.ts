import { bootconfigImage, IMAGE_REPOSITORY, reloaderImage } from '../../src/nats-cluster/spec/images';

/** One of our programs that run beside servers, in an image of its own; its source is in `src/sidecars/<name>`, its Dockerfile in `docker/<name>`. */
export interface Sidecar {
  readonly name: string;
  /** The command that pods run it by. */
  readonly program: string;
  /** The image that pods ask for where their NatsCluster names no other. */
  readonly image: string;
}

export const reloader: Sidecar = {
  name: 'reloader',
  program: 'nats-server-config-reloader',
  image: reloaderImage({}, IMAGE_REPOSITORY),
};

const bootconfig: Sidecar = {
  name: 'bootconfig',
  program: 'nats-pod-bootconfig',
  image: bootconfigImage({}, IMAGE_REPOSITORY),
};

export const sidecars: readonly Sidecar[] = [reloader, bootconfig];
