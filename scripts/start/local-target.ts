import { instanceHere, load, up } from '../../tools/local-cluster/lifecycle';
import { buildahBuilder } from '../image/image-builder';
import { buildProductImages } from '../image/product-images';
import { localAccess } from '../operator/local-access';
import { ensureNodeBaseImage } from '../../tools/toolchain/node-base-image';
import type { ClusterTarget } from './target';

/** This checkout's own cluster, built and started where it does not run. */
export async function localTarget(): Promise<ClusterTarget> {
  const instance = instanceHere();
  await up(instance, 0);
  return {
    title: `the local cluster ${instance.name}`,
    access: await localAccess(),
    kubectl: 'npm run -s cluster -- kubectl',
    provideImage: async () => {
      const { operator, sidecars } = await buildProductImages(buildahBuilder(await ensureNodeBaseImage()));
      await load(
        instance,
        [operator, ...sidecars].map(({ archive }) => archive),
      );
      return operator.ref;
    },
    imageAdvice:
      'the words above are of esbuild, which bundles the operator, or of buildah; npm run check:types may say more',
    endpointsOf: (namespace, cluster, pods) =>
      Promise.resolve({
        addresses: pods.map(pod => `nats://${pod}.${cluster}-mgmt.${namespace}.svc.cluster.local:4222`),
        close: () => Promise.resolve(),
      }),
    hasVolumes: true,
    nextSteps,
  };
}

function nextSteps(namespace: string, cluster: string): readonly string[] {
  return [
    "npm run cluster -- shell              a shell in the cluster's network, with kubectl; services answer by name",
    `npm run cluster -- kubectl describe nats/${cluster}`,
    `npm run cluster -- kubectl scale nats/${cluster} --replicas=5`,
    `a NATS client, in that shell:         nats://${cluster}.${namespace}.svc:4222`,
    'npm run cluster -- down               stops it, npm start brings it back; "clean" removes it',
  ];
}
