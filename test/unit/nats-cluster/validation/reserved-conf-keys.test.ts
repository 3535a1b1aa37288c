import { reservedConfKeys } from '../../../../src/nats-cluster/validation/reserved-conf-keys';

describe('reservedConfKeys', () => {
  test.each([
    [{ port: 1 }, ['port'], 'the port is fixed, for the Services and probes rely on it'],
    [{ Max_Conn: 1 }, ['Max_Conn'], 'use spec.natsConfig.maxConnections'],
    [{ cluster: { ROUTES: [] } }, ['cluster', 'ROUTES'], 'use spec.size and spec.extraRoutes'],
    [{ Cluster: { pool_size: 1 } }, ['Cluster'], 'write it as cluster'],
    [{ leaf: {} }, ['leaf'], 'write it as leafnodes'],
    [{ 'l\u0130sten': ':1' }, ['l\u0130sten'], 'the port is fixed, for the Services and probes rely on it'],
    [
      { cluster: { 'L\u0130STEN': ':1' } },
      ['cluster', 'L\u0130STEN'],
      'the port is fixed, for the Services and probes rely on it',
    ],
    [{ 'webSoc\u212aet': {} }, ['webSoc\u212aet'], 'write it as websocket'],
    [{ cluster: 1 }, ['cluster'], 'cluster must be a map'],
    [{ leafnodes: { tls: {} } }, ['leafnodes', 'tls'], 'use spec.tls.leafnodeSecret'],
  ])('finds in %j what has a place of its own', (extra, keys, instead) => {
    expect(reservedConfKeys(extra)).toStrictEqual([{ keys, instead }]);
  });

  test('leaves alone what has no field', () => {
    const extra = { ping_interval: '30s', mqtt: { port: 1883, tls: {} }, cluster: { pool_size: 3 }, jetstream: {} };
    expect(reservedConfKeys(extra)).toStrictEqual([]);
  });
});
