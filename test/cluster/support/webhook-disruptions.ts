import { byManifests } from '../../../scripts/operator/ways';
import { OWN_SECRET } from '../../../src/operator/webhook-certificate/self-signed-certificate';
import { kubectl } from './kubectl';

const { namespace, selector } = byManifests;

/** Has the webhooks' certificate made anew, as docs/operations.md says. */
export async function renewCertificate(): Promise<void> {
  await kubectl(['patch', 'secret', OWN_SECRET, '-n', namespace, '-p', JSON.stringify({ data: { 'tls.crt': '' } })]);
}

/** Deletes one of the operator's pods, and does not wait for it. */
export async function deleteOnePod(): Promise<void> {
  const [pod = ''] = (await kubectl(['get', 'pods', '-n', namespace, '-l', selector, '-o', 'name'])).split('\n');
  await kubectl(['delete', '-n', namespace, pod, '--grace-period=0', '--force', '--wait=false']);
}
