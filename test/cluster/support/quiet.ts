import type { AuditLog } from './audit-log';
import { waitFor } from './wait-for';

/** Waits until the operator has asked the API server for nothing during so many milliseconds. */
export async function waitUntilQuiet(audit: AuditLog, silence = 5_000): Promise<void> {
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
