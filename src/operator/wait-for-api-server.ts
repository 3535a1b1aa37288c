import { setTimeout as pause } from 'node:timers/promises';
import { safeErrorMessage } from '../runtime/safe-error-message';
import type { KubeClient } from '../runtime/kube-client';
import type { Logger } from '../runtime/logger';

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/**
 * Waits until the API server is ready, without a timeout. Pepr reads its store once at startup and hangs if that fails.
 *
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export async function waitForApiServer(kube: KubeClient, log: Logger): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      await kube.get('/readyz');
      return;
    } catch (error) {
      if (failures === 0) log.warn({ error: safeErrorMessage(error) }, 'API server is not ready, waiting');
      await pause(Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS));
    }
  }
}
