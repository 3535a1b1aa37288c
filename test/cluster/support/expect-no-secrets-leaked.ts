import { readdir, readFile } from 'node:fs/promises';
import { kubectl } from './kubectl';

/** What people other than those who may read Secrets get to see, by a name for it. */
export interface ReadableText {
  readonly where: string;
  readonly text: string;
}

/** Fails where one of the secrets, or any token, is in what the operator has said or written, or in the arguments of a process. */
export async function expectNoSecretsLeaked(
  secrets: readonly string[],
  namespaces: readonly string[],
  log: string,
): Promise<void> {
  const objects = await Promise.all(namespaces.map(textsIn));
  const texts = [{ where: 'the log of the operator', text: log }, ...objects.flat(), ...(await commandLines())];
  const leaks = texts.flatMap(({ where, text }) => {
    const found = [...secrets.filter(secret => text.includes(secret)), ...(TOKEN.exec(text) ?? [])];
    return found.map(secret => `${secret} in ${where}`);
  });
  if (leaks.length > 0) throw new Error(`secrets where anybody may read them:\n${leaks.join('\n')}`);
}

const TOKEN = /\beyJ[\w-]{20,}\.[\w-]{20,}\./;

/** All that the operator writes, or has Kubernetes write. What a user has put into a spec is no secret, and what a server says to its pod is its own. */
async function textsIn(namespace: string): Promise<ReadableText[]> {
  const kinds = 'events,pods,statefulsets,controllerrevisions,services,poddisruptionbudgets,nats,natsserviceroles';
  const list = JSON.parse(await kubectl(['get', kinds, '-n', namespace, '-o', 'json'])) as { items: Item[] };
  return list.items.map(item => {
    const hidden = item.apiVersion.startsWith('nats.io/') ? 'spec' : item.kind === 'Pod' ? 'status' : undefined;
    const text = JSON.stringify(item, (key, value: unknown) => (key === hidden ? undefined : value));
    return { where: `${item.kind} ${item.metadata.name}`, text };
  });
}

interface Item {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Of all processes on this machine, which are those of the local cluster too. */
async function commandLines(): Promise<ReadableText[]> {
  const processes = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry));
  return Promise.all(
    processes.map(async id => {
      const text = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
      return { where: `the arguments of ${text.split('\0')[0] ?? ''}`, text: text.replaceAll('\0', ' ') };
    }),
  );
}
