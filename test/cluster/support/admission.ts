import { attempt } from '../../../scripts/toolchain/command';
import { tryKubectl } from './kubectl';

const cluster = (name: string, spec: object): string =>
  JSON.stringify({ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name }, spec });

const creating = (namespace: string): string[] => ['create', '--dry-run=server', '-n', namespace, '-f', '-'];

/** What the API server says to a good NatsCluster, which is not stored; nothing where it would take it. */
export async function refusalOfGood(namespace: string): Promise<string> {
  const { code, stderr } = await attempt('kubectl', creating(namespace), { input: cluster('asked', {}) });
  return code === 0 ? '' : stderr;
}

/** What it says to one with a mistake that only the webhook can see. */
export async function refusalOfMistake(namespace: string): Promise<string> {
  const mistaken = cluster('mistaken', { natsConfig: { extra: { ping_intervall: '30s' } } });
  return (await tryKubectl(creating(namespace), mistaken)).stderr;
}

/** Asks the webhook again and again until that has ended, and returns what was said where it did not answer. */
export async function failuresDuring(namespace: string, work: Promise<unknown>): Promise<readonly string[]> {
  const failures: string[] = [];
  const over = new AbortController();
  const ended = work.finally(() => over.abort()).catch(() => undefined);
  while (!over.signal.aborted) {
    const refusal = await refusalOfGood(namespace);
    if (refusal !== '') failures.push(refusal);
  }
  await ended;
  return failures;
}
