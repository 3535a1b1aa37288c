import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { controlPlaneAddress } from '../../../tools/local-cluster/cluster-node';
import { projectRoot } from '../../../scripts/image/project-root';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { standAside } from '../../../scripts/operator/deployed-operator';
import { rejectionOfValid, rejectionOfInvalid } from '../support/admission';
import { kubectl } from '../support/kubectl';
import { isLocalCluster } from '../support/is-local-cluster';
import { applyCluster, waitUntilSettled } from '../support/nats-cluster';
import { atEnd } from '../support/tear-down';
import { testNamespace, type TestNamespace } from '../support/test-namespace';
import { waitFor } from '../support/wait-for';

const IN_CHARGE = 'This pod is the leader';

let namespace: TestNamespace;
let loop: ChildProcess | undefined;
let said = '';

/** As `npm run dev -- --context …`, where it can be reached from the API server. */
beforeAll(async () => {
  namespace = await testNamespace('dev');
  const context = (await kubectl(['config', 'current-context'])).trim();
  const args = ['scripts/bootstrap.cjs', 'scripts/dev/main.ts', '--context', context, '--host', controlPlaneAddress];
  // At its end the loop calls a deployed operator back.
  atEnd(async () => standAside(clusterOfKubeconfig()));
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  loop = child;
  atEnd(endLoop);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
}, 60_000);

/** As Ctrl-C does. @returns its exit code */
async function endLoop(): Promise<number | null> {
  if (loop === undefined) return null;
  if (loop.exitCode === null && loop.signalCode === null) {
    const ended = once(loop, 'exit');
    loop.kill('SIGINT');
    await ended;
  }
  return loop.exitCode;
}

const waitUntilSaid = async (words: string, times = 1): Promise<unknown> =>
  waitFor(() => said.split(words).length > times, { what: `"${words}", ${times} times` });

// What another cluster could reach of this machine is not known.
const testLocally = isLocalCluster() ? test : test.skip;

testLocally(
  'npm run dev admits and looks after NatsClusters, begins anew when the source has changed, and leaves no webhook and no Lease behind',
  async () => {
    await waitUntilSaid('the operator runs beside the cluster');
    await waitFor(async () => (await rejectionOfInvalid(namespace.name)).includes('ping_interval'), {
      what: 'a refusal',
    });
    await applyCluster(namespace.name, 'c', { size: 1 });
    await waitUntilSettled(namespace.name, 'c', 1, 120_000);
    await waitUntilSaid(IN_CHARGE);
    const now = new Date();
    utimesSync(join(projectRoot, 'pepr.ts'), now, now);
    await waitUntilSaid(IN_CHARGE, 2);
    await waitFor(async () => (await rejectionOfValid(namespace.name)) === '', { what: 'the operator to admit again' });
    expect(await endLoop()).toBe(0);
    const holders = [
      'get',
      'leases',
      '-A',
      '-l',
      'nats.io/operator-scope',
      '-o',
      'jsonpath={.items[*].spec.holderIdentity}',
    ];
    expect((await kubectl(holders)).split(' ')).not.toContain(hostname());
    expect(await rejectionOfInvalid(namespace.name)).not.toContain('ping_interval');
  },
  180_000,
);
