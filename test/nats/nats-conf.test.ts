import * as fc from 'fast-check';
import { request } from 'undici';
import { natsConf } from '../../src/conf/nats-conf';
import { printConf } from '../../src/conf/print';
import { resolveCluster, type ClusterModel } from '../../src/model/cluster-model';
import { clusterSpec } from '../arbitraries/cluster-spec';
import { dnsLabel } from '../arbitraries/texts';
import { describeNats } from './support/describe-nats';
import { checkConf, withServer } from './support/nats-server';
import { allVersions, supportedVersions } from './support/versions';

/** Any valid NatsCluster, resolved. */
const clusterModel = (version: string): fc.Arbitrary<ClusterModel> =>
  fc
    .tuple(dnsLabel, dnsLabel, clusterSpec(version))
    .map(([name, namespace, spec]) => resolveCluster({ metadata: { name, namespace, uid: 'u' }, spec }));

describeNats.each(allVersions)('nats-server %s', version => {
  test('accepts the configuration of any valid spec', async () => {
    const accepted = async (model: ClusterModel): Promise<void> => {
      const { code, stderr } = await checkConf(version, printConf(natsConf(model)));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is valid') as string });
    };
    await fc.assert(fc.asyncProperty(clusterModel(version), accepted), { numRuns: 60 });
  }, 60_000);
});

describeNats.each(supportedVersions)('nats-server %s', version => {
  test('starts with the configuration of any valid spec and has its values', async () => {
    const asConfigured = async (model: ClusterModel): Promise<void> => {
      const varz = await withServer(version, printConf(natsConf(model)), readVarz);
      expect(varz).toMatchObject(expectedVarz(model));
    };
    await fc.assert(fc.asyncProperty(clusterModel(version), asConfigured), { numRuns: 5 });
  }, 120_000);
});

async function readVarz(monitor: URL): Promise<unknown> {
  const { body } = await request(new URL('/varz', monitor));
  return body.json();
}

/** What the monitor says of a server with these values; where the spec has none, the server's own defaults. */
function expectedVarz({ natsConfig, clusterName, routes }: ClusterModel): object {
  return {
    max_connections: orDefault(natsConfig.maxConnections, 65_536),
    max_payload: orDefault(natsConfig.maxPayload, 1_048_576),
    max_pending: orDefault(natsConfig.maxPending, 67_108_864),
    max_control_line: orDefault(natsConfig.maxControlLine, 4096),
    cluster: {
      name: clusterName ?? (expect.any(String) as string),
      urls: [...new Set(routes)].map(hostOf),
    },
  };
}

/** Host and port as they were written: JavaScript's URL would shorten an IPv6 address, which Go leaves alone. */
const hostOf = (route: string): string | undefined => /^[^:]+:\/\/(?:[^/]*@)?([^/?#]*)/.exec(route)?.[1];

/** In the spec, 0 is what nobody set. */
const orDefault = (value: number | undefined, serversOwn: number): number =>
  value === undefined || value === 0 ? serversOwn : value;
