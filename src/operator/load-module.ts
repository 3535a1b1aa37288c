import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as operatorModule from '../../pepr';

/** Loads the Pepr module, a separate bundle beside this one, which `pepr deploy` runs as well. */
export function loadModule(): typeof operatorModule {
  return createRequire(__filename)(join(__dirname, 'operator.cjs')) as typeof operatorModule;
}
