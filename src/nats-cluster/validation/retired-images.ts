import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';

/** Images of the legacy operator that are no longer built, and what to use instead. */
const retired: readonly {
  path: string;
  image: (spec: NatsClusterSpec) => string | undefined;
  prefix: RegExp;
  hint: string;
}[] = [
  {
    path: 'spec.serverImage',
    image: spec => spec.serverImage,
    prefix: /(^|\/)(synadia\/nats-server|connecteverything\/)/,
    hint: 'leave serverImage out to use the official image, nats',
  },
  {
    path: 'spec.pod.reloaderImage',
    image: spec => spec.pod?.reloaderImage,
    prefix: /(^|\/)(connecteverything|natsio)\/nats-server-config-reloader$/,
    hint: "leave reloaderImage and reloaderImageTag out to use this operator's own",
  },
  {
    path: 'spec.pod.bootconfigImage',
    image: spec => spec.pod?.bootconfigImage,
    prefix: /(^|\/)(connecteverything|natsio)\/nats-boot-config$/,
    hint: "leave bootconfigImage and bootconfigImageTag out to use this operator's own",
  },
  {
    path: 'spec.pod.metricsImage',
    image: spec => spec.pod?.metricsImage,
    prefix: /(^|\/)(synadia|connecteverything)\/prometheus-nats-exporter$/,
    hint: 'leave metricsImage and metricsImageTag out to use natsio/prometheus-nats-exporter',
  },
];

/** Warns of an image that the retired operator's manifests name and that is not maintained any more. */
export function imagesAreMaintained({ spec }: ReviewedCluster): Problem[] {
  return retired.flatMap(({ path, image, prefix, hint }) => {
    const used = image(spec);
    if (used === undefined || !prefix.test(used)) return [];
    return [{ path, message: `${used} belongs to the legacy operator and is no longer maintained`, hint }];
  });
}
