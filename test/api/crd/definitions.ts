import { until } from '../../../tools/toolchain/until';
import { kubectl, tryKubectl } from '../kubectl';

const servedWithinMs = 20_000;

/** Installs the CRDs and waits until the API serves and explains them; safe to repeat, also from several files at once. */
export async function installDefinitions(): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', 'crds/']);
  const plurals = ['natsclusters', 'natsserviceroles'];
  await waitUntilEstablished(plurals.map(plural => `crd/${plural}.nats.io`));
  for (const plural of plurals) {
    // kubectl learns of a new kind from the API's discovery and OpenAPI documents, which follow a moment later.
    const isExplained = async () => (await tryKubectl(['explain', `${plural}.spec`])).code === 0;
    if (!(await until(isExplained, servedWithinMs))) throw new Error(`the API does not explain ${plural}`);
  }
}

/** Waits until the API serves these CRDs. `kubectl wait` fails at once for one that has no conditions yet, so it is asked again. */
export async function waitUntilEstablished(definitions: readonly string[]): Promise<void> {
  const wait = ['wait', '--for=condition=Established', '--timeout=5s', ...definitions];
  const isEstablished = async () => (await tryKubectl(wait)).code === 0;
  if (!(await until(isEstablished, servedWithinMs))) throw new Error(`not established: ${definitions.join(', ')}`);
}

/** Makes a namespace for one test file, so that files do not see each other's objects. */
export async function makeNamespace(name: string): Promise<void> {
  await kubectl(['create', 'namespace', name]);
}

/** The object of that manifest as the API server would store it. */
export async function storedForm<T>(manifest: string, namespace = 'default'): Promise<T> {
  const args = ['create', '--dry-run=server', '-n', namespace, '-o', 'json', '-f', '-'];
  return JSON.parse(await kubectl(args, manifest)) as T;
}
