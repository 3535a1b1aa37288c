import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { deployOperator } from '../../../scripts/operator/deploy-operator';
import { standAside } from '../../../scripts/operator/deployed-operator';
import { deleteManifests } from '../../../scripts/operator/manifests';
import { localTarget } from '../../../scripts/start/local-target';
import { isDeployed } from './is-deployed';
import { atEnd } from './tear-down';

/** This checkout's operator in the cluster, for all namespaces. */
export interface TemporaryDeployment {
  readonly image: string;
  /** Whoever develops finds it as it was; it still stands aside for other tests. Done at the file's end, unless it was called before. */
  readonly end: () => Promise<void>;
}

/** Deploys it as our manifests do. */
export async function deployTemporarily(): Promise<TemporaryDeployment> {
  const access = clusterOfKubeconfig();
  const wasDeployed = await isDeployed();
  const image = await (await localTarget()).provideImage();
  const end = atEnd(async () => {
    if (!wasDeployed) await deleteManifests(access, 'cluster-wide');
    await standAside(access);
  });
  await deployOperator(access, image);
  return { image, end };
}
