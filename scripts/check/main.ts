import { say } from '../../tools/toolchain/progress';
import { runChecks } from '../test/checks';

/** `npm run check`: everything that is wrong without running the product. */
runChecks().then(
  ({ failures }) => {
    if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
    process.exitCode = failures.length > 0 ? 1 : 0;
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
