import { join } from 'node:path';
import { clusterPrograms } from '../../tools/local-cluster/cluster-programs';
import { ensureGoProgram } from '../../tools/toolchain/go-program';
import type { ApiServerPrograms } from './api-server';

/** Builds what an API server consists of, unless that was done before. */
export async function apiServerPrograms(): Promise<ApiServerPrograms> {
  const [etcd, kubernetes] = [await program('etcd'), await program('kubernetes')];
  return { etcd: join(etcd, 'server'), kubernetes };
}

async function program(name: string): Promise<string> {
  const found = clusterPrograms.find(candidate => candidate.name === name);
  if (!found) throw new Error(`tools/toolchain does not build ${name}`);
  return ensureGoProgram(found);
}
