import { KubeClient } from '../runtime/kube-client';
import type { Logger } from '../runtime/logger';
import type { OwnPod } from '../runtime/own-pod';
import type { CertificateManager } from './webhook-certificate/certificate-manager';
import type { Flags } from './flags';
import { loadModule } from './load-module';
import type { RunningOperator } from './operator-interface';
import { preserveSignalHandlers } from './graceful-shutdown';
import { waitForApiServer } from './wait-for-api-server';
import { serveWebhooks } from './serve-webhooks';
import { waitForWebhooks } from './wait-for-webhooks';

/** Timeout in milliseconds for Pepr to read its store; it waits up to 3 s before it starts. */
const WEBHOOKS_TIMEOUT_MS = 20_000;

/** The components running in this process. */
export interface Started {
  readonly operator: RunningOperator;
  /** Undefined without webhooks. */
  readonly certificateManager: Pick<CertificateManager, 'expiry'> | undefined;
}

/** Starts the operator once the API server is ready. Throws if it cannot start. */
export async function startOperator(flags: Flags, pod: OwnPod, log: Logger): Promise<Started> {
  const kube = new KubeClient();
  await waitForApiServer(kube, log);
  const { webhooks, controllers, webhookPort, certificateSecret, clientCAFile } = flags;
  const launch = (): RunningOperator => preserveSignalHandlers(() => loadModule().launch({ webhooks, controllers }));
  if (!webhooks) return { operator: launch(), certificateManager: undefined };

  if (pod.namespace === undefined)
    throw new Error('webhooks require POD_NAMESPACE, the namespace of their certificate');
  const { namespace } = pod;
  const options = { kube, log, namespace, certificateSecret, port: webhookPort, clientCAFile };
  const { started, certificateManager } = await serveWebhooks(options, launch);
  await waitForWebhooks(webhookPort, WEBHOOKS_TIMEOUT_MS);
  return { operator: started, certificateManager };
}
