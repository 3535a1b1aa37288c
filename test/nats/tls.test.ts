import { request } from 'undici';
import type { TlsConfig } from '../../generated/nats-cluster';
import type { Conf } from '../../src/nats/conf/conf';
import { gatewayBlock, leafnodesBlock, websocketBlock } from '../../src/nats-cluster/config/connection-blocks';
import { printConf } from '../../src/nats/conf/print';
import { clientTlsBlock, tlsBlock } from '../../src/nats-cluster/config/tls';
import { resolveGateway, resolveLeafnodes, resolveWebsocket } from '../../src/nats-cluster/spec/connections';
import { resolveTlsFiles, type TlsFiles } from '../../src/nats-cluster/spec/tls-files';
import { withCertificate, type CertificateFiles } from './support/certificate';
import { describeNats } from './support/describe-nats';
import { checkConf, withServer } from './support/nats-server';
import { allVersions, supportedVersions } from './support/versions';

/** The files of `spec.tls.serverSecret`, which may be named by absolute paths. */
function tlsFiles({ cert, key }: CertificateFiles): TlsFiles {
  const tls: TlsConfig = {
    serverSecret: 's',
    serverSecretCAFileName: cert,
    serverSecretCertFileName: cert,
    serverSecretKeyFileName: key,
    clientsTLSTimeout: 2.5,
  };
  const files = resolveTlsFiles(tls, 'server', undefined);
  if (files === undefined) throw new Error('there is a Secret');
  return files;
}

function confWith(files: TlsFiles): Conf {
  return {
    port: 4222,
    tls: clientTlsBlock(files, {
      verify: true,
      cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
      curvePreferences: ['CurveP256', 'X25519'],
      verifyAndMap: false,
    }),
    cluster: { port: 6222, tls: tlsBlock(files) },
    gateway: gatewayBlock(resolveGateway({ name: 'c', hostPort: 7222 }), { tls: files }),
    leafnodes: leafnodesBlock(resolveLeafnodes({ hostPort: 7422 }), files),
  };
}

describeNats.each(allVersions)('nats-server %s', version => {
  test('accepts TLS for every kind of connection', async () => {
    const { code, stderr } = await withCertificate(files =>
      checkConf(version, printConf(withWebsocket(confWith(tlsFiles(files)), tlsFiles(files)))),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is valid') as string });
  });

  /** Websockets came with 2.2. */
  const withWebsocket = (conf: Conf, files: TlsFiles): Conf =>
    version === '2.1.9' ? conf : { ...conf, websocket: websocketBlock(resolveWebsocket({}), files) };
});

describeNats.each(supportedVersions)('nats-server %s', version => {
  test('demands a certificate of its clients, and waits for a handshake as long as it is told', async () => {
    const varz = await withCertificate(async files => {
      const { port, tls, cluster } = confWith(tlsFiles(files));
      return withServer(version, printConf({ port, tls, cluster }), readVarz);
    });
    expect(varz).toMatchObject({ tls_required: true, tls_verify: true, tls_timeout: 2.5 });
  });
});

async function readVarz(monitor: URL): Promise<unknown> {
  return (await request(new URL('/varz', monitor))).body.json();
}
