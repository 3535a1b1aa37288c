import * as fc from 'fast-check';
import { admissionDefaults } from '../../../../src/nats-cluster/validation/admission-defaults';
import { DEFAULT_VERSION } from '../../../../src/nats/server-version';

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

  test.each([['size: 5'], [['a']], [3], [true]])('leave a spec of a wrong type to the API server: %j', spec => {
    expect(admissionDefaults({ spec }, undefined)).toEqual({});
  });

  test('leave a size of a wrong type to the API server', () => {
    expect(admissionDefaults({ spec: { size: '', version: '2.15.2' } }, undefined)).toEqual({});
  });

  test('fill in an update of an object from before there was a schema', () => {
    const defaults = { size: 3, version: DEFAULT_VERSION };
    expect(admissionDefaults({ spec: {} }, { spec: 'text', status: [] })).toEqual(defaults);
    expect(admissionDefaults({ spec: {} }, { spec: { size: 'many', version: '' } })).toEqual(defaults);
  });

  test('write no version where servers run one that can not be read', () => {
    expect(admissionDefaults({ spec: { size: 1 } }, { spec: {}, status: { currentVersion: 'edge' } })).toEqual({});
    const old = { spec: { version: 'edge' }, status: { currentVersion: '2.10.29' } };
    expect(admissionDefaults({ spec: { size: 1 } }, old)).toEqual({ version: '2.10.29' });
  });

  test('are only what has the right type, whatever is sent and stored', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (object, old) => {
        const { size = 1, version = '' } = admissionDefaults({ spec: object }, { spec: old, status: old });
        expect([typeof size, typeof version]).toEqual(['number', 'string']);
      }),
    );
  });

  test('fill in an object that was stored without them', () => {
    expect(admissionDefaults({ spec: {} }, { spec: { version: '' } })).toEqual({ size: 3, version: DEFAULT_VERSION });
  });
});
