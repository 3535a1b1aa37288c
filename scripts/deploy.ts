import { parseArgs } from 'node:util';
import { deployOperator } from './operator/deploy-operator';
import { localTarget } from './start/local-target';
import { say, step } from './toolchain/progress';

/**
 * `npm run deploy [-- --again]`: this checkout's operator, as an image and by `pepr deploy`, to the checkout's local cluster. `--again` rolls it
 * even where it runs already.
 */
async function main(): Promise<void> {
  const { again } = parseArgs({ options: { again: { type: 'boolean', default: false } } }).values;
  const target = await step('local cluster', localTarget);
  const image = await step('operator image', target.provideImage);
  await step('operator ready', () => deployOperator(target.access, image, again));
  say(`${image} runs in ${target.title}: ${target.kubectl} get pods -n pepr-system`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
