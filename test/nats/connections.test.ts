import * as fc from 'fast-check';
import type { Conf } from '../../src/nats/conf/conf';
import { gatewayBlock, leafnodesBlock, websocketBlock } from '../../src/nats-cluster/config/connection-blocks';
import { printConf } from '../../src/nats/conf/print';
import { resolveGateway, resolveLeafnodes, resolveWebsocket } from '../../src/nats-cluster/spec/connections';
import { gatewayConfig, leafnodeConfig, websocketConfig } from '../arbitraries/connections';
import { describeNats } from './support/describe-nats';
import { checkConf } from './support/nats-server';
import { allVersions } from './support/versions';

const gateways = gatewayConfig.map((config): Conf => ({ gateway: gatewayBlock(resolveGateway(config)) }));
const leafnodes = leafnodeConfig.map((config): Conf => ({ leafnodes: leafnodesBlock(resolveLeafnodes(config)) }));
const websockets = websocketConfig.map((config): Conf => ({ websocket: websocketBlock(resolveWebsocket(config)) }));

describeNats.each(allVersions)('nats-server %s accepts', version => {
  const accepted = async (conf: Conf): Promise<void> => {
    expect(await checkConf(version, printConf({ port: 4222, ...conf }))).toMatchObject({ code: 0 });
  };

  test('any gateways', async () => {
    await fc.assert(fc.asyncProperty(gateways, accepted), { numRuns: 30 });
  }, 180_000);

  test('any leaf nodes', async () => {
    await fc.assert(fc.asyncProperty(leafnodes, accepted), { numRuns: 30 });
  }, 180_000);

  if (version !== '2.1.9') {
    test('any websockets, which came with 2.2', async () => {
      await fc.assert(fc.asyncProperty(websockets, accepted), { numRuns: 30 });
    }, 180_000);
  }
});
