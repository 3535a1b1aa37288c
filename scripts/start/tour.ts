import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { NAME, NAMESPACE } from '../install/names';
import { type ClusterAccess, kubectl, runFor } from '../operator/cluster-access';
import { deployOperator } from '../operator/deploy-operator';
import { say } from '../../tools/toolchain/progress';
import { applyExample, podsOf, readMesh, waitUntilReady, type ExampleCluster } from './example-cluster';
import type { Journey } from './journey';
import type { Passage } from './pass-message';
import { showRefusal } from './refused-spec';
import type { Target } from './target';

/** Brings the operator to a cluster that is there, and shows what it does; the last lines say how to go on. */
export async function tour(journey: Journey, target: Target): Promise<void> {
  const { access } = target;
  const nodes = await kubectl(access, ['get', 'nodes', '-o', 'name']);
  say(`  ${target.title}: ${nodes.trim().split('\n').length} node(s)`);
  await bringOperator(journey, target);
  const example = await bringExample(journey, target);
  await passThroughTwoServers(journey, target, example);
  const refusal = await journey.go(
    'A spec with mistakes is refused',
    `${target.kubectl} -n ${NAMESPACE} get pods,events shows who answers the webhook`,
    () => showRefusal(access),
  );
  say(indented(refusal));
  say(`\nDone, in ${target.title}:\n${journey.table()}\n\n${await servers(access, example)}\nHow to go on:`);
  say(indented(target.goOn(example.metadata.namespace, example.metadata.name).join('\n')));
}

async function bringOperator(journey: Journey, target: Target): Promise<void> {
  const image = await journey.go("The operator's image", target.imageAdvice, target.provideImage);
  say(`  ${image}`);
  await journey.go(
    'CRDs and the operator, by kubectl apply -f deploy/cluster-wide',
    `${target.kubectl} -n ${NAMESPACE} get pods,events shows what keeps it; the nodes must have the image or be able to pull it`,
    () => deployOperator(target.access, image),
  );
}

async function bringExample(journey: Journey, { access, kubectl: command }: Target): Promise<ExampleCluster> {
  const advice = `${command} describe nats/example tells the story, and ${command} -n ${NAMESPACE} logs deployment/${NAME} --all-pods the operator's side`;
  const example = await journey.go('examples/nats-cluster.yaml', advice, () => applyExample(access));
  await journey.go(`${example.spec.size} servers ready and meshed`, advice, () => waitUntilReady(access, example));
  const mesh = await journey.go('The mesh, as the servers see it', advice, () => readMesh(access, example));
  for (const [pod, others] of mesh) say(`  ${pod} has routes to ${others.join(', ')}`);
  return example;
}

async function passThroughTwoServers(journey: Journey, target: Target, example: ExampleCluster): Promise<void> {
  const pods = podsOf(example);
  const ends = [pods.at(0) ?? '', pods.at(-1) ?? ''];
  const advice = `${target.kubectl} logs ${ends[0]} shows the server's log`;
  const passage = await journey.go('A message from one client to another, through two servers', advice, async () => {
    const { addresses, close } = await target.reach(example.metadata.namespace, example.metadata.name, ends);
    try {
      return await passMessage(target.access, addresses);
    } finally {
      await close();
    }
  });
  const { text, from, to, milliseconds } = passage;
  say(`  published at ${from}, received at ${to} after ${milliseconds} ms: "${text}"`);
}

async function passMessage(access: ClusterAccess, addresses: readonly string[]): Promise<Passage> {
  const program = join(projectRoot, 'scripts/start/pass-message.ts');
  const answer = await runFor(access, process.execPath, [require.resolve('tsx/cli'), program, ...addresses]);
  const passage = JSON.parse(answer) as Passage;
  if (passage.from === passage.to) throw new Error(`both clients were connected to ${passage.from}`);
  return passage;
}

async function servers(access: ClusterAccess, { metadata: { name, namespace } }: ExampleCluster): Promise<string> {
  const cluster = await kubectl(access, ['get', 'nats', name, '-n', namespace]);
  const pods = await kubectl(access, ['get', 'pods', '-n', namespace, '-l', `nats_cluster=${name}`]);
  return `${cluster}\n${pods}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
