import { setTimeout as pause } from 'node:timers/promises';
import { safeErrorMessage } from '../runtime/safe-error-message';
import type { KubeClient } from '../runtime/kube-client';
import type { Logger } from '../runtime/logger';

const FIRST_RETRY = 250;
const LAST_RETRY = 5_000;

/**
 * Waits until the API server is ready, however long that takes. Pepr reads its store once when it starts, and where that fails it
 * hangs.
 *
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export async function waitForApiServer(kube: KubeClient, log: Logger): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      await kube.get('/readyz');
      return;
    } catch (error) {
      if (failures === 0) log.warn({ error: safeErrorMessage(error) }, 'the API server is not ready; waiting for it');
      await pause(Math.min(FIRST_RETRY * 2 ** failures, LAST_RETRY));
    }
  }
}
