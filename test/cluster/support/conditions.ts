import { getCluster, getCondition, type Condition } from './objects';
import { waitFor } from './wait-for';

/** Waits until a condition of a NatsCluster, about its newest spec, is of that status and says these words. */
export async function waitForCondition(
  namespace: string,
  name: string,
  type: string,
  status: string,
  words: RegExp,
): Promise<Condition> {
  return waitFor(
    async () => {
      const found = await getCondition(namespace, name, type);
      return found?.status === status && words.test(found.message) ? found : undefined;
    },
    { what: `condition ${type} of ${namespace}/${name} to be ${status} with ${String(words)}` },
  ).catch(async (error: unknown) => {
    const cluster = await getCluster(namespace, name);
    throw new Error(`${String(error)}\nstatus: ${JSON.stringify(cluster?.status, undefined, 1)}`);
  });
}
