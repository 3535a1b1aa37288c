import { parseArgs } from 'node:util';
import { askBeforeWriting } from './consent';
import { contextTarget } from './context-target';
import { Steps } from './steps';
import { localTarget } from './local-target';
import { quickstart } from './quickstart';
import { say } from '../../tools/toolchain/progress';
import { messageOf } from '../../tools/toolchain/run-main';

const usage = `npm start                        in a Kubernetes of its own on this machine (Linux, root, Go)
npm start -- --context NAME      in the cluster of that context of your kubeconfig
  --image REF                    the operator's image, where you have pushed it yourself
  --yes                          do not ask before writing to that cluster
`;

/** `npm start`: from nothing to a NATS cluster that carries a message. Every step is reused where it has been done. */
async function main(steps: Steps): Promise<void> {
  const { values } = parseArgs({
    options: {
      context: { type: 'string' },
      image: { type: 'string' },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  if (values.context === undefined && values.image !== undefined)
    throw new Error(`--image needs --context\n\n${usage}`);
  return values.context === undefined
    ? startLocally(steps)
    : startInContext(steps, values.context, values.image, values.yes);
}

async function startLocally(steps: Steps): Promise<void> {
  const advice =
    'run npm start again: it goes on where it stopped. If it stays so, npm run cluster -- clean, and npm start';
  const target = await steps.run('A Kubernetes cluster on this machine', advice, localTarget);
  await quickstart(steps, target);
}

async function startInContext(
  steps: Steps,
  context: string,
  image: string | undefined,
  isAgreed: boolean,
): Promise<void> {
  const advice = `kubectl config get-contexts lists the contexts; kubectl --context ${context} get nodes has to work`;
  const target = await steps.run(`The cluster of context ${context}`, advice, () => contextTarget(context, image));
  try {
    await askBeforeWriting(context, isAgreed);
    await quickstart(steps, target);
  } finally {
    await target.close();
  }
}

const steps = new Steps();
// A signal ends us at once: whatever is half done is found and finished, or cleaned up, by the next run.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say(`\nStopped at: ${steps.current}. The same command goes on from there.`);
    process.exit(130);
  });
}
main(steps).catch((error: unknown) => {
  say(`\n✗ ${messageOf(error)}`);
  process.exitCode = 1;
});
