import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { NAME, NAMESPACE } from '../install/names';
import { type ClusterAccess, kubectl, runFor } from '../operator/cluster-access';
import { deployOperator } from '../operator/deploy-operator';
import { say } from '../../tools/toolchain/progress';
import { applyExample, podsOf, readMesh, waitUntilReady, type ExampleCluster } from './example-cluster';
import { showJetStream } from './jetstream-example';
import type { Steps } from './steps';
import type { Delivery } from './pass-message';
import { showRefusal } from './refused-spec';
import type { ClusterTarget } from './target';

/** Brings the operator to a cluster that is there, and shows what it does; the last lines say how to go on. */
export async function quickstart(steps: Steps, target: ClusterTarget): Promise<void> {
  const { access } = target;
  const nodes = await kubectl(access, ['get', 'nodes', '-o', 'name']);
  say(`  ${target.title}: ${nodes.trim().split('\n').length} node(s)`);
  await bringOperator(steps, target);
  const example = await bringExample(steps, target);
  await passThroughTwoServers(steps, target, example);
  if (target.hasVolumes) await showJetStream(steps, target);
  const refusal = await steps.run(
    'A spec with mistakes is refused',
    `${target.kubectl} -n ${NAMESPACE} get pods,events shows who answers the webhook`,
    () => showRefusal(access),
  );
  say(indented(refusal));
  say(`\nDone, in ${target.title}:\n${steps.table()}\n\n${await servers(access, example)}\nHow to go on:`);
  say(indented(target.nextSteps(example.metadata.namespace, example.metadata.name).join('\n')));
}

async function bringOperator(steps: Steps, target: ClusterTarget): Promise<void> {
  const image = await steps.run("The operator's image", target.imageAdvice, target.provideImage);
  say(`  ${image}`);
  await steps.run(
    'CRDs and the operator, by kubectl apply -f deploy/cluster-wide',
    `${target.kubectl} -n ${NAMESPACE} get pods,events shows what keeps it; the nodes must have the image or be able to pull it`,
    () => deployOperator(target.access, image),
  );
}

async function bringExample(steps: Steps, { access, kubectl: command }: ClusterTarget): Promise<ExampleCluster> {
  const advice = `${command} describe nats/example tells the story, and ${command} -n ${NAMESPACE} logs deployment/${NAME} --all-pods the operator's side`;
  const example = await steps.run('examples/nats-cluster.yaml', advice, () =>
    applyExample(access, 'examples/nats-cluster.yaml'),
  );
  await steps.run(`${example.spec.size} servers ready and meshed`, advice, () => waitUntilReady(access, example));
  const mesh = await steps.run('The mesh, as the servers see it', advice, () => readMesh(access, example));
  for (const [pod, others] of mesh) say(`  ${pod} has routes to ${others.join(', ')}`);
  return example;
}

async function passThroughTwoServers(steps: Steps, target: ClusterTarget, example: ExampleCluster): Promise<void> {
  const pods = podsOf(example);
  const ends = [pods.at(0) ?? '', pods.at(-1) ?? ''];
  const advice = `${target.kubectl} logs ${ends[0]} shows the server's log`;
  const delivery = await steps.run('A message from one client to another, through two servers', advice, async () => {
    const { addresses, close } = await target.endpointsOf(example.metadata.namespace, example.metadata.name, ends);
    try {
      return await passMessage(target.access, addresses);
    } finally {
      await close();
    }
  });
  const { text, from, to, milliseconds } = delivery;
  say(`  published at ${from}, received at ${to} after ${milliseconds} ms: "${text}"`);
}

async function passMessage(access: ClusterAccess, addresses: readonly string[]): Promise<Delivery> {
  const program = join(projectRoot, 'scripts/start/pass-message.ts');
  const answer = await runFor(access, process.execPath, [require.resolve('tsx/cli'), program, ...addresses]);
  const delivery = JSON.parse(answer) as Delivery;
  if (delivery.from === delivery.to) throw new Error(`both clients were connected to ${delivery.from}`);
  return delivery;
}

async function servers(access: ClusterAccess, { metadata: { name, namespace } }: ExampleCluster): Promise<string> {
  const cluster = await kubectl(access, ['get', 'nats', name, '-n', namespace]);
  const pods = await kubectl(access, ['get', 'pods', '-n', namespace, '-l', `nats_cluster=${name}`]);
  return `${cluster}\n${pods}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
