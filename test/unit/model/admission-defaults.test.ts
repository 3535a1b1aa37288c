import { admissionDefaults } from '../../../src/model/admission-defaults';
import { DEFAULT_VERSION } from '../../../src/model/server-version';

describe('the defaults that admission writes', () => {
  test('are three servers of the default release for a new cluster', () => {
    expect(admissionDefaults({ spec: {} }, undefined)).toEqual({ size: 3, version: DEFAULT_VERSION });
    expect(admissionDefaults({}, undefined)).toEqual({ size: 3, version: DEFAULT_VERSION });
  });

  test('are the default release for a version that a Go client left empty', () => {
    expect(admissionDefaults({ spec: { size: 1, version: '' } }, undefined)).toEqual({ version: DEFAULT_VERSION });
  });

  test('leave alone what is written, also a leading v', () => {
    expect(admissionDefaults({ spec: { size: 5, version: 'v2.10.29' } }, undefined)).toEqual({});
  });

  test('keep size and version when an update leaves them out', () => {
    const old = { spec: { size: 5, version: '2.10.29' } };
    expect(admissionDefaults({ spec: {} }, old)).toEqual({ size: 5, version: '2.10.29' });
    expect(admissionDefaults({ spec: { version: '' } }, old)).toEqual({ size: 5, version: '2.10.29' });
  });

  test('are the version that runs, for an object that the Go operator left without one', () => {
    const old = { spec: { size: 3 }, status: { currentVersion: '2.1.9' } };
    expect(admissionDefaults({ spec: { size: 3 } }, old)).toEqual({ version: '2.1.9' });
  });

  test('fill in an object that was stored without them', () => {
    expect(admissionDefaults({ spec: {} }, { spec: { version: '' } })).toEqual({ size: 3, version: DEFAULT_VERSION });
  });
});
