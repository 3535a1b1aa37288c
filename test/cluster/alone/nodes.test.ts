import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { openCluster } from '../../../tools/local-cluster/local-cluster';
import { byManifests } from '../../../scripts/operator/ways';
import { deployTemporarily } from '../support/temporary-deployment';
import { kubectl, tryKubectl } from '../support/kubectl';
import { isLocalCluster } from '../support/is-local-cluster';
import { applyCluster, waitUntilMeshed, waitUntilSettled } from '../support/nats-cluster';
import { getCondition, getPod } from '../support/objects';
import { RolloutMonitor } from '../support/rollout-monitor';
import { setupTestEnvironment, type TestEnvironment } from '../support/test-environment';
import { AdmissionLoad } from '../support/admission-load';
import { atEnd } from '../support/tear-down';
import { waitFor } from '../support/wait-for';

let environment: TestEnvironment;

beforeAll(async () => {
  if (isLocalCluster()) await openCluster({ nodes: 3 });
  const { items } = JSON.parse(await kubectl(['get', 'nodes', '-o', 'json'])) as { items: V1Node[] };
  if (items.length < 3) throw new Error(`three nodes are needed, this cluster has ${items.length}`);
  environment = await setupTestEnvironment('nodes');
}, 180_000);

afterEach(async () => {
  await kubectl(['uncordon', ...(await nodeNames())]);
}, 60_000);

const nodeNames = async (): Promise<string[]> =>
  (await kubectl(['get', 'nodes', '-o', 'name']))
    .trim()
    .split('\n')
    .map(name => name.replace('node/', ''));

const drain = (node: string, seconds: number): string[] => [
  'drain',
  node,
  '--ignore-daemonsets',
  '--delete-emptydir-data',
  `--pod-selector=app=nats`,
  `--timeout=${seconds}s`,
];

const nodeOf = ({ spec }: V1Pod): string => spec?.nodeName ?? '';

describe('a cluster on three nodes', () => {
  it('with antiAffinity has each pod on a node of its own, and bears one drained node, no two', async () => {
    const name = 'apart';
    await applyCluster(environment.namespace, name, { size: 3, pod: { antiAffinity: true } });
    const pods = await waitUntilSettled(environment.namespace, name, 3, 90_000);
    expect(new Set(pods.map(nodeOf)).size).toBe(3);
    const [, second, third] = pods.map(nodeOf);

    await kubectl(drain(third ?? '', 60));
    await waitFor(
      async () =>
        ((await getCondition(environment.namespace, name, 'Ready'))?.message ?? '').includes('cannot be scheduled'),
      {
        what: 'the status to say that the evicted pod has no node',
      },
    );
    const refused = await tryKubectl(drain(second ?? '', 5));
    expect(refused.ok).toBe(false);
    expect(refused.stderr).toContain("it would violate the pod's disruption budget");
    expect((await getPod(environment.namespace, `${name}-2`))?.metadata?.uid).toBe(pods[1]?.metadata?.uid);

    await kubectl(['uncordon', ...(await nodeNames())]);
    await waitUntilSettled(environment.namespace, name, 3, 90_000);
    await environment.kubectl('delete', 'nats', name);
  }, 240_000);

  it('with nodeSelector and tolerations goes where others may not', async () => {
    const [node = ''] = (await nodeNames()).slice(-1);
    const mark = 'example.com/messaging';
    await kubectl(['label', 'node', node, `${mark}=yes`]);
    await kubectl(['taint', 'node', node, `${mark}=only:NoSchedule`]);
    try {
      const tolerations = [{ key: mark, operator: 'Exists', effect: 'NoSchedule' }];
      await applyCluster(environment.namespace, 'dedicated', {
        size: 1,
        pod: { nodeSelector: { [mark]: 'yes' }, tolerations },
      });
      const pods = await waitUntilSettled(environment.namespace, 'dedicated', 1, 90_000);
      expect(pods.map(nodeOf)).toEqual([node]);
    } finally {
      await kubectl(['taint', 'node', node, `${mark}-`]);
      await kubectl(['label', 'node', node, `${mark}-`]);
    }
  }, 150_000);

  it('spreads five servers, and a drained node loses its pods one at a time', async () => {
    const name = 'spread';
    await applyCluster(environment.namespace, name, { size: 5 });
    const pods = await waitUntilSettled(environment.namespace, name, 5, 90_000);
    const counts = (await nodeNames()).map(node => pods.filter(pod => nodeOf(pod) === node).length);
    expect(counts.sort()).toEqual([1, 2, 2]);

    const crowded = nodeOf(pods.find(pod => pods.filter(other => nodeOf(other) === nodeOf(pod)).length === 2) ?? {});
    const watch = new RolloutMonitor(environment.namespace, name, 5);
    await kubectl(drain(crowded, 100));
    const moved = await waitUntilMeshed(environment.namespace, name, 5, 90_000);
    await watch.stop();
    expect(moved.map(nodeOf)).not.toContain(crowded);
    expect(watch.left).toHaveLength(2);
    expect(watch.mostDown).toBe(1);
  }, 240_000);
});

describe('the operator on three nodes', () => {
  beforeAll(async () => {
    await deployTemporarily();
  }, 120_000);

  const operatorNodes = async (): Promise<string[]> => {
    const { items } = JSON.parse(
      await kubectl(['get', 'pods', '-n', byManifests.namespace, '-l', byManifests.selector, '-o', 'json']),
    ) as { items: V1Pod[] };
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined).map(nodeOf);
  };

  it('has its replicas on two of them, and a drained one fails no request', async () => {
    const nodes = await operatorNodes();
    expect(new Set(nodes).size).toBe(2);
    const admission = new AdmissionLoad(environment.namespace);
    atEnd(async () => admission.end());
    await kubectl([
      'drain',
      nodes[0] ?? '',
      '--ignore-daemonsets',
      `--pod-selector=${byManifests.selector}`,
      '--timeout=60s',
    ]);
    await waitFor(async () => !(await operatorNodes()).includes(nodes[0] ?? ''), {
      what: 'the replica to be elsewhere',
    });
    expect(await admission.end()).toEqual([]);
    expect(admission.answered).toBeGreaterThan(20);
  }, 120_000);
});
