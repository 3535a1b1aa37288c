import { parseArgs } from 'node:util';
import { deployOperator } from '../operator/deploy-operator';
import { byManifests, byPepr } from '../operator/ways';
import { localTarget } from '../start/local-target';
import { say, step } from '../../tools/toolchain/progress';
import { runMain } from '../../tools/toolchain/run-main';

/**
 * `npm run deploy [-- --again] [--pepr]`: this checkout's operator, as an image and by the manifests of deploy/cluster-wide, to the checkout's local cluster.
 * `--again` rolls it even where it runs already; `--pepr` brings it by `pepr deploy`.
 */
async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { again, pepr } = parseArgs({ options: { again: flag, pepr: flag } }).values;
  const target = await step('local cluster', localTarget);
  const image = await step('operator image', target.provideImage);
  await step('operator ready', () => deployOperator(target.access, image, { again, pepr }));
  say(`${image} runs in ${target.title}: ${target.kubectl} get pods -n ${(pepr ? byPepr : byManifests).namespace}`);
}

runMain(main);
