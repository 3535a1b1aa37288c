import { join } from 'node:path';
import { clusterPrograms } from '../../scripts/toolchain/cluster-programs';
import { ensureGoProgram } from '../../scripts/toolchain/go-program';
import { startApiServer, type ApiServer } from './api-server';

declare global {
  // Jest runs setup and teardown in one process and gives them nothing else to share.
  var apiServer: ApiServer | undefined;
}

/** One API server for all tests of the tier. Without the programs: a failure in CI, a loud skip elsewhere. */
export default async function setUp(): Promise<void> {
  try {
    const [etcd, kubernetes] = [await program('etcd'), await program('kubernetes')];
    const server = await startApiServer({ etcd: join(etcd, 'server'), kubernetes });
    globalThis.apiServer = server;
    process.env.API_TEST_KUBECONFIG = server.kubeconfig;
    process.env.API_TEST_AUDIT_LOG = server.auditLog;
    process.env.PATH = `${kubernetes}:${process.env.PATH ?? ''}`;
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.warn(`\nSKIPPED: the api tier, for it has no API server.\n${String(error)}\n`);
  }
}

async function program(name: string): Promise<string> {
  const found = clusterPrograms.find(candidate => candidate.name === name);
  if (!found) throw new Error(`scripts/toolchain does not build ${name}`);
  return ensureGoProgram(found);
}
