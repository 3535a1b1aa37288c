import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterOfKubeconfig } from '../operator/cluster-access';
import { run } from '../toolchain/command';
import { imageForContext } from './context-image';
import { forwardPorts } from './port-forward';
import type { Target } from './target';

/**
 * A cluster of the user's own, by the name of its context in their kubeconfig. `image` is the operator's, if they have pushed it.
 * `close` removes what this leaves on the machine: a kubeconfig of that context alone, so that no program can mistake the cluster.
 */
export async function contextTarget(
  context: string,
  image: string | undefined,
): Promise<Target & { readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-context-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await chmod(folder, 0o700);
  try {
    await writeFile(kubeconfig, await soleContext(context), { mode: 0o600 });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const access = clusterOfKubeconfig(kubeconfig);
  return {
    title: `context ${context}`,
    access,
    kubectl: `kubectl --context ${context}`,
    provideImage: () => imageForContext(context, image),
    imageAdvice: 'build the image of docker/operator, push it to where the nodes can pull it, and say --image REF',
    reach: (namespace, _cluster, pods) => forwardPorts(access, namespace, pods),
    goOn: (namespace, cluster) => goOn(context, namespace, cluster),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function soleContext(context: string): Promise<string> {
  return run('kubectl', ['config', 'view', '--minify', '--flatten', '--context', context, '--raw']);
}

function goOn(context: string, namespace: string, cluster: string): readonly string[] {
  const kubectl = `kubectl --context ${context}`;
  return [
    `${kubectl} -n ${namespace} describe nats/${cluster}`,
    `${kubectl} -n ${namespace} scale nats/${cluster} --replicas=5`,
    `${kubectl} -n ${namespace} port-forward service/${cluster} 4222   then a NATS client at nats://localhost:4222`,
    `${kubectl} -n ${namespace} delete nats/${cluster}                 removes the servers and all that belongs to them`,
  ];
}
