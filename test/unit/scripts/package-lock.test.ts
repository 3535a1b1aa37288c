import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * npm leaves out of the lock what its registry does not serve, as packages for other platforms behind a mirror. `npm ci` then refuses the lock,
 * wherever it runs. They are added by hand: version, os, cpu, libc, optional.
 */
test('the lock names the packages for all platforms, so that npm ci works on each', () => {
  const text = readFileSync(join(__dirname, '../../../package-lock.json'), 'utf8');
  const { packages: locked } = JSON.parse(text) as Lock;
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked),
    ),
  );
  expect(missing).toEqual([]);
});
