import * as fc from 'fast-check';
import { childPath, clusterPath } from '../../../src/nats-cluster/controller/cluster-api';
import { serviceRolePath } from '../../../src/nats-service-role/controller/role-api';
import * as paths from '../../../src/runtime/api-paths';

/** Every function that makes a path, with the number of names that it takes. */
const makers: readonly (readonly [string, (...names: string[]) => string])[] = [
  ['collectionPath', (namespace = '') => paths.collectionPath('apps/v1', 'statefulsets', namespace)],
  ['objectPath', (namespace = '', name = '') => paths.objectPath('apps/v1', 'statefulsets', namespace, name)],
  ['childPath', (namespace = '', name = '') => childPath('StatefulSet', namespace, name)],
  ...Object.entries({ ...paths, clusterPath, serviceRolePath })
    .filter(([name]) => name.endsWith('Path') && !['collectionPath', 'objectPath'].includes(name))
    .map(([name, make]) => [name, make as (...names: string[]) => string] as const),
];

test('all paths are tried', () => {
  expect(makers.length).toBe(17);
});

describe.each(makers)('%s', (_name, make) => {
  const partsOf = (...names: string[]): string[] => new URL(`https://api${make(...names)}`).pathname.split('/');

  test('leads to as many parts, whatever the names hold', () => {
    const usual = partsOf('a', 'b');
    fc.assert(
      fc.property(name, name, (namespace, object) => {
        const parts = partsOf(namespace, object);
        const desired = usual.map(part => (part === 'a' ? namespace : part === 'b' ? object : part));
        expect(parts.map(decodeURIComponent)).toEqual(desired);
        expect(new URL(`https://api${make(namespace, object)}`)).toMatchObject({ search: '', hash: '' });
      }),
    );
  });

  test.each(['', '.', '..'])('is not made of the name "%s"', odd => {
    expect(() => make(odd, odd)).toThrow(RangeError);
  });
});

/** What a URL reads otherwise, and texts of any kind. */
const name = fc
  .oneof(
    fc.constantFrom('../../b/secrets/x', 'a/../b', '%2e%2e', '%2F', 'a?b', 'a#b', 'a\\b', 'a;b', ' ', '...', '@:'),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  )
  .filter(paths.isPathSegment);
