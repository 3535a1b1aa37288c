import { selectTiers, tiers } from '../../../../scripts/test/tiers';

describe('the choice of tiers', () => {
  test('is all of them where nothing is said', () => {
    expect(selectTiers(undefined, [])).toEqual(tiers);
  });

  test('is what is named, from fast to real', () => {
    expect(selectTiers('api, unit', [])).toEqual(['unit', 'api']);
  });

  test('follows the files that are named', () => {
    expect(selectTiers(undefined, ['test/api/crd', './test/unit/nats/conf/print.test.ts'])).toEqual(['unit', 'api']);
  });

  test('rejects a tier that does not exist', () => {
    expect(() => selectTiers('unity', [])).toThrow('there is no tier unity; there are check, unit,');
  });
});
