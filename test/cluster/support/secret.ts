import { apply, kubectl } from './kubectl';

/** Writes a Secret that holds exactly these texts. */
export async function putSecret(
  namespace: string,
  name: string,
  texts: Readonly<Record<string, string>>,
  type = 'Opaque',
): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type, data }), namespace);
}

export async function deleteSecret(namespace: string, name: string): Promise<void> {
  await kubectl(['delete', 'secret', name, '-n', namespace]);
}
