import { helmCommand } from '../../tools/toolchain/helm';
import { provideImageNode } from '../cluster/support/image-node';
import { startApiServer, type ApiServer } from './api-server';
import { apiServerPrograms } from './api-server-programs';

declare global {
  // Jest runs setup and teardown in one process and gives them nothing else to share.
  var apiServer: ApiServer | undefined;
}

/** One API server for all tests of the tier. Without the programs: a failure in CI, a loud skip elsewhere. */
export default async function setUp(): Promise<void> {
  try {
    const programs = await apiServerPrograms();
    // Before there is something to stop: jest tears nothing down where its set-up has failed.
    process.env.API_TEST_HELM = await helmCommand();
    await provideImageNode();
    const server = await startApiServer(programs);
    globalThis.apiServer = server;
    process.env.API_TEST_KUBECONFIG = server.kubeconfig;
    process.env.API_TEST_AUDIT_LOG = server.auditLog;
    process.env.PATH = `${programs.kubernetes}:${process.env.PATH ?? ''}`;
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.warn(`\nSKIPPED: the api tier, for it has no API server.\n${String(error)}\n`);
  }
}
