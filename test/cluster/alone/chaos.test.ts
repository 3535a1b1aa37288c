import { runChaos } from '../../../scripts/chaos/driver';
import { openCluster } from '../../../tools/local-cluster/local-cluster';
import { isLocalCluster } from '../support/is-local-cluster';
import { deployTemporarily } from '../support/temporary-deployment';
import { testNamespace } from '../support/test-namespace';

const SEED = 905;
const BURSTS = 6;

// Faults need the processes of the nodes.
const describeLocally = isLocalCluster() ? describe : describe.skip;

describeLocally('a burst of faults of every scope', () => {
  let namespace = '';

  beforeAll(async () => {
    await openCluster({ nodes: 3 });
    await deployTemporarily();
    namespace = (await testNamespace('chaos')).name;
  }, 480_000);

  it('loses no acknowledged message, and the cluster is well again after each', async () => {
    const cluster = { namespace, name: 'chaos' };
    const isEnough = (bursts: number): boolean => bursts === BURSTS;
    const report = await runChaos({ seed: SEED, version: '2.14.9', cluster, isEnough });
    expect(report.violations).toEqual([]);
    expect(report.bursts).toBe(BURSTS);
    for (const { acknowledged } of Object.values(report.messages)) expect(acknowledged).toBeGreaterThan(50);
  }, 600_000);
});
