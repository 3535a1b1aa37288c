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

/** Milliseconds for Pepr to read its store; it waits up to 3 s before it begins. */
const WEBHOOKS_ANSWER = 20_000;

/** What runs in this process. */
export interface Started {
  readonly operator: RunningOperator;
  /** Undefined where there are no webhooks. */
  readonly certificateManager: Pick<CertificateManager, 'expiry'> | undefined;
}

/** Starts the operator as soon as there is an API server. Throws where it can't come to life. */
export async function startOperator(flags: Flags, pod: OwnPod, log: Logger): Promise<Started> {
  const kube = new KubeClient();
  await waitForApiServer(kube, log);
  const { webhooks, controllers, webhookPort, certificateSecret, clientCAFile } = flags;
  const launch = (): RunningOperator => preserveSignalHandlers(() => loadModule().launch({ webhooks, controllers }));
  if (!webhooks) return { operator: launch(), certificateManager: undefined };

  if (pod.namespace === undefined) throw new Error('webhooks need POD_NAMESPACE: their certificate is kept there');
  const { namespace } = pod;
  const options = { kube, log, namespace, certificateSecret, port: webhookPort, clientCAFile };
  const { started, certificateManager } = await serveWebhooks(options, launch);
  await waitForWebhooks(webhookPort, WEBHOOKS_ANSWER);
  return { operator: started, certificateManager };
}
