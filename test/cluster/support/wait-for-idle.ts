import type { AuditLog } from './audit-log';
import { waitFor } from './wait-for';

/** Waits until the operator has asked the API server for nothing during so many milliseconds. */
export async function waitForIdle(audit: AuditLog, silence = 5_000): Promise<void> {
  let [count, since] = [-1, Date.now()];
  await waitFor(
    async () => {
      const now = (await audit.operatorRequests()).length;
      if (now !== count) [count, since] = [now, Date.now()];
      return Date.now() - since >= silence;
    },
    { what: 'the operator to come to rest', deadline: silence + 60_000 },
  );
}

/** Waits until a new operator has read a cluster: itself by its watch, and its children one by one. */
export async function waitUntilRead(audit: AuditLog, namespace: string, cluster: string): Promise<void> {
  await waitFor(
    async () => {
      const requests = await audit.operatorRequests();
      const about = requests.filter(
        ({ objectRef: object }) => object?.namespace === namespace && object.name === cluster,
      );
      return new Set(about.map(({ objectRef: object }) => object?.resource)).size >= 4;
    },
    { what: `the operator to read ${namespace}/${cluster}` },
  );
}
