import { setTimeout as pause } from 'node:timers/promises';
import { remoteTokenSecretName } from '../../src/nats-service-role/bound-token';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild, getPods } from './support/objects';
import { seededRandom } from './support/random';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { applyRole, getSecret, makeAccount, waitForLogin } from './support/service-accounts';
import { waitFor } from './support/wait-for';

const RUNS = 20;
/** The longest time from a change to the operator's death, in milliseconds; by then it has written all that it can at once. */
const LATEST = 2_000;
const CONVERGENCE = 90_000;

const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const random = seededRandom(seed);

let environment: TestEnvironment;
/** Here the roles' accounts are: only the operator can remove what their clusters leave there. */
let elsewhere: string;
let starts = 1;

beforeAll(async () => {
  environment = await setupTestEnvironment('crashes', ['crashes-accounts']);
  elsewhere = environment.other('crashes-accounts').name;
  await applyCluster(environment.namespace, 'warm', { size: 1 });
  await waitUntilSettled(environment.namespace, 'warm', 1);
}, 120_000);

/** Waits for an operator that is at work: whoever is killed before has left nothing half done. */
async function waitUntilInCharge(): Promise<void> {
  await waitFor(() => environment.operator.log().split('This pod is the leader').length > starts, {
    what: 'the operator to be in charge',
    interval: 20,
  });
}

/** Kills the operator at some moment, the early ones more often, for that is when it writes; and starts it again. */
async function crash(): Promise<void> {
  await pause(LATEST * random() ** 2);
  await environment.operator.kill();
  environment.operator.start();
  starts += 1;
}

/** A cluster with a user that stands for a ServiceAccount of the other namespace. */
async function create(name: string, size: number): Promise<void> {
  await makeAccount(elsewhere, name, `${environment.namespace}/${name}`);
  await applyRole(environment.namespace, name, name, { namespaces: [elsewhere], permissions: { publish: ['>'] } });
  await applyCluster(environment.namespace, name, { size, auth: { enableServiceAccounts: true } });
}

const anySize = (): number => 1 + Math.floor(random() * 3);

async function expectNothingLeft(name: string): Promise<void> {
  await waitFor(
    async () => {
      const kinds = ['Secret', 'Service', 'StatefulSet', 'PodDisruptionBudget'] as const;
      const children = await Promise.all(kinds.map(async kind => getChild(kind, environment.namespace, name)));
      const others = [
        await getChild('Service', environment.namespace, `${name}-mgmt`),
        await getSecret(elsewhere, remoteTokenSecretName(name, name, environment.namespace)),
        ...(await getPods(environment.namespace, name)),
      ];
      return [...children, ...others].every(object => object === undefined);
    },
    { what: `nothing of ${name} to be left`, deadline: CONVERGENCE },
  );
}

describe(`an operator killed at a random moment (CRASH_SEED=${seed})`, () => {
  const runs = Array.from({ length: RUNS }, (_, run) => ({ run: run + 1, name: `crash-${Math.floor(run / 3)}` }));
  let size = 1;

  it.each(runs)(
    'run $run converges',
    async ({ run, name }) => {
      await waitUntilInCharge();
      switch (run % 3) {
        case 1:
          size = anySize();
          await create(name, size);
          break;
        case 2:
          // Never the size that it has.
          size = (size % 3) + 1;
          await patchSpec(environment.namespace, name, { size });
          break;
        default:
          await environment.kubectl('delete', 'nats', name, '--wait=false');
      }
      await crash();
      if (run % 3 === 0) {
        await expectNothingLeft(name);
        return;
      }
      await waitUntilSettled(environment.namespace, name, size, CONVERGENCE);
      await waitForLogin(elsewhere, remoteTokenSecretName(name, name, environment.namespace));
    },
    CONVERGENCE + 30_000,
  );

  it('has not touched the cluster that nobody changed', async () => {
    const [pod] = await waitUntilSettled(environment.namespace, 'warm', 1);
    const statefulSet = await getChild('StatefulSet', environment.namespace, 'warm');
    expect(pod?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(statefulSet?.metadata.generation).toBe(1);
  }, 60_000);
});
