import { openCluster } from './cluster/local-cluster';
import { buildahBuilder } from './image/image-builder';
import { buildOperatorImage } from './image/operator-image';
import { deployOperator } from './operator/deploy-operator';
import { localAccess } from './operator/local-access';
import { ensureNodeBaseImage } from './toolchain/node-base-image';
import { say, step } from './toolchain/progress';

/** `npm run deploy`: this checkout's operator, as an image and by `pepr deploy`, to the checkout's local cluster. */
async function main(): Promise<void> {
  const cluster = await step('local cluster', () => openCluster());
  const image = await buildOperatorImage(buildahBuilder(await ensureNodeBaseImage()));
  await step('image into the nodes', () => cluster.loadImage(image.archive));
  await step('operator ready', async () => deployOperator(await localAccess(), image.ref));
  say(`${image.ref} runs in ${cluster.name}: npm run cluster -- kubectl get pods -n pepr-system`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
