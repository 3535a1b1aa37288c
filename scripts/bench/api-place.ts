import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from '../../test/api/api-server';
import { apiServerPrograms } from '../../test/api/api-server-programs';
import { KubeClient } from '../../src/runtime/kube-client';
import { applyCrds } from '../operator/apply-crds';
import { clusterOfKubeconfig, kubectl } from '../operator/cluster-access';

/** A Kubernetes API without nodes, with our CRDs and one namespace. */
export interface ApiPlace {
  readonly kube: KubeClient;
  readonly kubeconfig: string;
  readonly namespace: string;
  /** For files; it goes with the place. */
  readonly folder: string;
}

const NAMESPACE = 'bench';

/** Makes such a place for the work, and takes it away afterwards. Only one at a time: it is what KUBECONFIG names. */
export async function inApiPlace<T>(work: (place: ApiPlace) => Promise<T>): Promise<T> {
  const programs = await apiServerPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-bench-'));
  const server = await startApiServer(programs);
  const { KUBECONFIG, PATH = '' } = process.env;
  try {
    Object.assign(process.env, { KUBECONFIG: server.kubeconfig, PATH: `${programs.kubernetes}:${PATH}` });
    const access = clusterOfKubeconfig(server.kubeconfig);
    await applyCrds(access);
    await kubectl(access, ['create', 'namespace', NAMESPACE]);
    return await work({ kube: new KubeClient(), kubeconfig: server.kubeconfig, namespace: NAMESPACE, folder });
  } finally {
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = KUBECONFIG;
    await server.stop();
    await rm(folder, { recursive: true });
  }
}
