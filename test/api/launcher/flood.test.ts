import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { atEnd } from '../../cluster/support/tear-down';
import { waitFor } from '../../cluster/support/wait-for';
import { startApiServer } from '../api-server';
import { apiServerPrograms } from '../api-server-programs';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { runExclusively } from '../exclusive';
import { describeWithApi, kubectl } from '../kubectl';
import { makeClusterAccount } from './account';
import { Flood } from './flood';
import { buildPrograms, Launched } from './launched';
import { applyCluster, waitForChildren } from './nats-clusters';

const HOME = 'operator';
const EVE = 'eve';
const BOB = 'bob';
const MEBIBYTE = 1024 * 1024;

/** The bytes that the operator's container may have. */
async function memoryLimit(): Promise<number> {
  const manifest = await readFile('deploy/cluster-wide/20-deployment.yaml', 'utf8');
  const [deployment] = parseAllDocuments(manifest).filter(document => document.get('kind') === 'Deployment');
  const path = ['spec', 'template', 'spec', 'containers', 0, 'resources', 'limits', 'memory'];
  const [, mebibytes] = /^(\d+)Mi$/.exec(String(deployment?.getIn(path))) ?? [];
  if (mebibytes === undefined) throw new Error('the Deployment has no limit of memory in Mi');
  return Number(mebibytes) * MEBIBYTE;
}

/** What node makes of a container's limit: half of it for the heap, and the least there is for what is new. */
const asInContainer = (limit: number): string[] => [
  `--max-old-space-size=${limit / 2 / MEBIBYTE}`,
  '--max-semi-space-size=1',
];

/** The most bytes that a process has had in memory since it began. */
async function peakOf({ process: { pid } }: Launched): Promise<number> {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid ?? 0}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Does a work for which the process has to live, and says how it ended where it does not. */
async function whileAlive(launched: Launched, work: () => Promise<void>): Promise<void> {
  const done = new AbortController();
  const ended = once(launched.process, 'exit', { signal: done.signal }).then(([code, signal]) => {
    throw new Error(`the operator has ended by ${String(code ?? signal)}: ${launched.said.slice(-2_000)}`);
  });
  try {
    await Promise.race([work(), ended]);
  } finally {
    done.abort();
    await ended.catch(() => undefined);
  }
}

async function tagOf(name: string, namespace: string): Promise<string> {
  const data = await kubectl(['get', 'secret', name, '-n', namespace, '-o', 'jsonpath={.data.nats\\.conf}']);
  return /tag-\w+/.exec(Buffer.from(data, 'base64').toString())?.[0] ?? '';
}

// Watches of all namespaces see the flood: it has an API server to itself.
runExclusively();

describeWithApi('an operator, while others flood the API server with objects that have its labels', () => {
  let launch: () => Promise<Launched>;
  let limit: number;

  const applyAndWait = async (tag: string): Promise<void> => {
    await applyCluster('before', BOB, tag);
    await waitFor(async () => (await tagOf('before', BOB)) === tag, { what: `the change to ${tag} to be carried out` });
  };

  beforeAll(async () => {
    const server = await startApiServer(await apiServerPrograms());
    atEnd(async () => server.stop());
    Object.assign(process.env, { API_TEST_KUBECONFIG: server.kubeconfig, API_TEST_AUDIT_LOG: server.auditLog });
    await installDefinitions();
    const programs = await buildPrograms();
    await Promise.all([HOME, EVE, BOB].map(makeNamespace));
    const kubeconfig = join(programs.folder, 'operator');
    await makeClusterAccount('operator', HOME, kubeconfig);
    limit = await memoryLimit();
    launch = async () =>
      Launched.start(programs, {
        kubeconfig,
        pod: { name: 'operator', namespace: HOME },
        flags: ['--feature-gates=ClusterScoped=true', '--webhooks=false'],
        nodeFlags: asInContainer(limit),
      });
  }, 120_000);

  test('keeps to its limit of memory and goes on to reconcile, also from a start amid them', async () => {
    const first = await launch();
    const flood = new Flood(EVE);
    await whileAlive(first, async () => {
      await applyCluster('before', BOB, 'tag-a');
      await waitForChildren('before', BOB);
      const flooded = flood.run();
      // A flood that fails has its error told at once.
      await Promise.race([waitFor(() => flood.bytes > 100_000_000, { what: 'a quarter of the flood' }), flooded]);
      await applyCluster('during', BOB);
      await waitForChildren('during', BOB);
      await applyAndWait('tag-b');
      await flooded;
      await applyAndWait('tag-c');
    });
    expect(flood.bytes).toBeGreaterThan(400_000_000);
    expect(await peakOf(first)).toBeLessThan(limit);
    expect((await first.end('SIGTERM')).code).toBe(0);

    const second = await launch();
    await whileAlive(second, async () => {
      await waitFor(async () => second.isReady(), { what: 'the next to have listed all' });
      await applyCluster('after', BOB);
      await waitForChildren('after', BOB);
    });
    expect(await peakOf(second)).toBeLessThan(limit);
  }, 180_000);
});
