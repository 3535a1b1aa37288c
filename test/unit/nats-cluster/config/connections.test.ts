import { gatewayBlock, leafnodesBlock, websocketBlock } from '../../../../src/nats-cluster/config/connection-blocks';
import { parseConf } from '../../../../src/nats/conf/parse';
import { printConf } from '../../../../src/nats/conf/print';
import { resolveGateway, resolveLeafnodes, resolveWebsocket } from '../../../../src/nats-cluster/spec/connections';

const printed = (block: Parameters<typeof printConf>[0]): unknown => parseConf(printConf(block));

describe('the block gateway', () => {
  test('has the defaults of the CRD, and each address of a gateway once', () => {
    const gateways = [{ name: 'b', url: 'nats://b:7222', urls: ['nats://b:7222', 'nats://b2:7222'] }];
    expect(printed(gatewayBlock(resolveGateway({ name: 'a', gateways })))).toStrictEqual({
      name: 'a',
      port: 7222,
      reject_unknown: false,
      gateways: [{ name: 'b', urls: ['nats://b:7222', 'nats://b2:7222'] }],
    });
  });
});

describe('the block leafnodes', () => {
  test('takes no leaf nodes unless a port is given', () => {
    expect(printed(leafnodesBlock(resolveLeafnodes({ hostPort: 0 })))).toStrictEqual({});
    expect(printed(leafnodesBlock(resolveLeafnodes({ hostPort: 7422 })))).toStrictEqual({ port: 7422 });
  });

  test('has each remote with its credentials and account', () => {
    const remotes = [
      { url: 'nats://hub:7422', credentials: '/etc/hub.creds', account: 'A' },
      { urls: ['nats://x:1', 'nats://y:1'], credentials: '' },
    ];
    expect(printed(leafnodesBlock(resolveLeafnodes({ remotes })))).toStrictEqual({
      remotes: [
        { url: 'nats://hub:7422', credentials: '/etc/hub.creds', account: 'A' },
        { urls: ['nats://x:1', 'nats://y:1'] },
      ],
    });
  });
});

describe('the block websocket', () => {
  test('says that no TLS is meant where there is no certificate', () => {
    expect(printed(websocketBlock(resolveWebsocket({})))).toStrictEqual({ port: 9222, no_tls: true });
  });

  test('has its options, and TLS where there is a certificate', () => {
    const files = { secret: 's', folder: '/f', ca: undefined, cert: '/f/c', key: '/f/k', timeout: 3 };
    const model = resolveWebsocket({ port: 443, handshakeTimeout: '5s', compression: true });
    expect(printed(websocketBlock(model, files))).toStrictEqual({
      port: 443,
      tls: { cert_file: '/f/c', key_file: '/f/k', timeout: 3 },
      handshake_timeout: '5s',
      compression: true,
    });
  });
});
