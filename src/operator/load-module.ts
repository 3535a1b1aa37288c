import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as operatorModule from '../../pepr';

/** Loads Pepr's module, which stands beside the launcher as a file of its own: the one that `pepr deploy` runs as well. */
export function loadModule(): typeof operatorModule {
  return createRequire(__filename)(join(__dirname, 'operator.cjs')) as typeof operatorModule;
}
