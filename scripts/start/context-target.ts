import { openContext } from '../operator/own-context';
import { imageForContext } from './context-image';
import { forwardPorts } from './port-forward';
import type { ClusterTarget } from './target';

/** A cluster of the user's own, by the name of its context. `image` is the operator's, if they have pushed it. */
export async function contextTarget(
  context: string,
  image: string | undefined,
): Promise<ClusterTarget & { readonly close: () => Promise<void> }> {
  const { access, close } = await openContext(context);
  return {
    title: `context ${context}`,
    access,
    kubectl: `kubectl --context ${context}`,
    provideImage: () => imageForContext(context, image),
    imageAdvice: 'npm run image -- --docker builds it; push it to where the nodes can pull it, and say --image REF',
    endpointsOf: (namespace, _cluster, pods) => forwardPorts(access, namespace, pods),
    hasVolumes: false,
    nextSteps: (namespace, cluster) => nextSteps(`kubectl --context ${context} -n ${namespace}`, cluster),
    close,
  };
}

function nextSteps(kubectl: string, cluster: string): readonly string[] {
  return [
    `${kubectl} describe nats/${cluster}`,
    `${kubectl} scale nats/${cluster} --replicas=5`,
    `${kubectl} port-forward service/${cluster} 4222   then a NATS client at nats://localhost:4222`,
    `${kubectl} delete nats/${cluster}                 removes the servers and all that belongs to them`,
  ];
}
