import { say } from '../../tools/toolchain/progress';
import { runChecks } from '../test/checks';
import { runMain } from '../../tools/toolchain/run-main';

/** `npm run check`: everything that is wrong without running the product. */
runMain(async () => {
  const { failures } = await runChecks();
  if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
  return failures.length > 0 ? 1 : 0;
});
