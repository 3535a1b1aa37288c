import { KubeClient } from '../../src/runtime/kube-client';
import { deleteOnePod, renewCertificate } from '../../test/cluster/support/webhook-disruptions';
import { AdmissionLoad } from '../../test/cluster/support/admission-load';
import { until } from '../../tools/toolchain/until';
import { inNamespace } from './bench-namespace';
import { figure, spread, type Figure } from './figure';
import { readWebhookCalls, slowerThan } from './webhook-calls';

const REQUESTS = 10_000;
/** One of the API server's buckets. */
const SECONDS = 0.025;
const DONE_MS = 600_000;

/**
 * How many of so many NatsClusters, written at a steady pace, fail while the webhooks' certificate is renewed and one of the pods behind them is deleted, and how
 * long the API server waits for an answer.
 */
export async function measureAdmission(): Promise<Figure[]> {
  return inNamespace(async namespace => {
    const kube = new KubeClient();
    const before = await readWebhookCalls(kube);
    const admission = new AdmissionLoad(namespace);
    await untilAsked(admission, REQUESTS / 3);
    await renewCertificate();
    await untilAsked(admission, (REQUESTS * 2) / 3);
    await deleteOnePod();
    await untilAsked(admission, REQUESTS);
    const failures = await admission.end();
    const { share, calls } = slowerThan(SECONDS, before, await readWebhookCalls(kube));
    const times = { writes: spread(admission.times), failures: failures.slice(0, 5) };
    return [
      figure(
        `admission: ${REQUESTS} NatsClusters at ${admission.perSecond} a second, certificate renewed and a pod deleted: failures`,
        { value: failures.length, bound: 0, unit: '' },
        times,
      ),
      figure(
        `admission: of the webhooks' answers in that time, those that took more than ${SECONDS * 1000} ms`,
        { value: share * 100, bound: 1, unit: ' %' },
        { calls },
      ),
    ];
  });
}

async function untilAsked(admission: AdmissionLoad, count: number): Promise<void> {
  if (!(await until(() => admission.asked >= count, DONE_MS)))
    throw new Error(`only ${admission.asked} NatsClusters were written within ${DONE_MS / 1000} s`);
}
