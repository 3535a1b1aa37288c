import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { type ClusterAccess, kubectl, runFor } from '../operator/cluster-access';
import { say } from '../../tools/toolchain/progress';
import { until } from '../../tools/toolchain/until';
import { applyExample, podsOf, waitUntilReady, type ExampleCluster } from './example-cluster';
import type { Steps } from './steps';
import type { ClusterTarget } from './target';

const NAMESPACE = 'jetstream-example';
const REPLACED_MS = 60_000;

/** Shows that a stream survives the replacement of a server: three servers with a volume each, in a namespace of their own. */
export async function showJetStream(steps: Steps, target: ClusterTarget): Promise<void> {
  const { access } = target;
  const advice = `${target.kubectl} -n ${NAMESPACE} describe nats,pvc,pods shows what keeps them`;
  const example = await steps.run('examples/jetstream.yaml: three servers with a volume each', advice, async () => {
    const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await kubectl(access, ['apply', '-f', '-'], namespace);
    const applied = await applyExample(access, 'examples/jetstream.yaml', NAMESPACE);
    await waitUntilReady(access, applied);
    return applied;
  });
  const written = await steps.run('100 messages to a stream of three replicas', advice, async () =>
    stream(target, example, 'write'),
  );
  const pod = podsOf(example).at(-1) ?? '';
  await steps.run(`The server ${pod} is replaced`, advice, async () => replacePod(access, example, pod));
  const stored = await steps.run('The stream is complete', advice, async () => {
    const count = await stream(target, example, 'count');
    if (count !== written) throw new Error(`the stream has ${count} of ${written} messages`);
    return count;
  });
  say(`  ${stored} of ${written} messages are there, on a volume of each server`);
}

async function stream(target: ClusterTarget, example: ExampleCluster, command: string): Promise<number> {
  const { namespace, name } = example.metadata;
  const { addresses, close } = await target.endpointsOf(namespace, name, podsOf(example).slice(0, 1));
  try {
    const program = join(projectRoot, 'scripts/start/stream.ts');
    const args = [require.resolve('tsx/cli'), program, command, ...addresses];
    return Number(await runFor(target.access, process.execPath, args));
  } finally {
    await close();
  }
}

async function replacePod(access: ClusterAccess, example: ExampleCluster, pod: string): Promise<void> {
  const { namespace } = example.metadata;
  const uid = async (): Promise<string> =>
    kubectl(access, ['get', 'pod', pod, '-n', namespace, '--ignore-not-found', '-o', 'jsonpath={.metadata.uid}']);
  const before = await uid();
  await kubectl(access, ['delete', 'pod', pod, '-n', namespace, '--wait=false']);
  const isReplaced = await until(async () => !['', before].includes(await uid()), REPLACED_MS);
  if (!isReplaced) throw new Error(`${pod} was not replaced within ${REPLACED_MS / 1000} s`);
  await waitUntilReady(access, example, pod);
}
