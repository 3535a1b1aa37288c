import { natsClusterDefaults } from '../../../generated/defaults';
import type { PodPolicy } from '../../../generated/nats-cluster';

/** Our own images are released with the operator, under its own version. */
const RELEASE = '0.1.0';

/** What the operator's image is called without a registry; those of its sidecars begin with the same. */
export const IMAGE_REPOSITORY = 'nats-operator';

/** The image of the init container `bootconfig`. */
export const bootconfigImage = (
  { bootconfigImage: image, bootconfigImageTag: tag }: PodPolicy,
  repository: string,
): string => reference(image || `${repository}-bootconfig`, tag || RELEASE);

/** The image of the sidecar `reloader`. */
export const reloaderImage = ({ reloaderImage: image, reloaderImageTag: tag }: PodPolicy, repository: string): string =>
  reference(image || `${repository}-reloader`, tag || RELEASE);

const { metricsImage: METRICS, metricsImageTag: METRICS_TAG } = natsClusterDefaults.pod;

/** The image of the sidecar `metrics`, which is not ours. */
export const metricsImage = ({ metricsImage: image, metricsImageTag: tag }: PodPolicy): string =>
  reference(image || METRICS, tag || METRICS_TAG);

const reference = (image: string, tag: string): string => `${image}:${tag}`;
