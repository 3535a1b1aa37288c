import { attempt } from '../../../tools/toolchain/command';
import { tryKubectl } from './kubectl';

const cluster = (name: string, spec: object): string =>
  JSON.stringify({ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name }, spec });

const creating = (namespace: string): string[] => ['create', '--dry-run=server', '-n', namespace, '-f', '-'];

/** What the API server says to a good NatsCluster, which is not stored; nothing where it would take it. */
export async function rejectionOfValid(namespace: string): Promise<string> {
  const { code, stderr } = await attempt('kubectl', creating(namespace), { input: cluster('asked', {}) });
  return code === 0 ? '' : stderr;
}

/** What it says to one with a mistake that only the webhook can see. */
export async function rejectionOfInvalid(namespace: string): Promise<string> {
  const mistaken = cluster('mistaken', { natsConfig: { extra: { ping_intervall: '30s' } } });
  return (await tryKubectl(creating(namespace), mistaken)).stderr;
}
