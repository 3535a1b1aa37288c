import type { KubeClient } from '../controller/kube-client';
import type { Logger } from '../controller/logger';
import { onHttpServer } from '../shutdown/http-servers';
import { CertificateKeeper } from '../webhooks/certificate-keeper';
import type { CertificateSource } from '../webhooks/certificate-source';
import { GivenCertificate } from '../webhooks/given-certificate';
import { HttpsServers } from '../webhooks/https-server';
import { OwnCertificate } from '../webhooks/own-certificate';
import { withServingFiles } from '../webhooks/serving-files';
import { WebhookConfigurations } from '../webhooks/webhook-configurations';

export interface WebhooksOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  /** The operator's own. */
  readonly namespace: string;
  /** The Secret that somebody else keeps the certificate in; undefined where the operator makes its own. */
  readonly certificateSecret: string | undefined;
}

/**
 * Starts what serves webhooks with a certificate that is looked after from then on.
 *
 * @param serve begins to serve, with the certificate that SSL_CERT_PATH and SSL_KEY_PATH name
 */
export async function serveWebhooks<T>(
  options: WebhooksOptions,
  serve: () => T,
): Promise<{ served: T; keeper: CertificateKeeper }> {
  const { kube, log, namespace } = options;
  const servers = new HttpsServers();
  onHttpServer(server => servers.add(server));
  const keeper = new CertificateKeeper({
    source: sourceOf(options),
    configurations: new WebhookConfigurations(kube),
    servers,
    defaultName: `nats-operator-webhook.${namespace}.svc`,
    log,
  });
  const served = withServingFiles(await keeper.start(), ({ certificate, key }) => {
    Object.assign(process.env, { SSL_CERT_PATH: certificate, SSL_KEY_PATH: key });
    return serve();
  });
  if (servers.isEmpty()) throw new Error('this version of node does not tell which servers listen');
  return { served, keeper };
}

function sourceOf({ kube, log, namespace, certificateSecret }: WebhooksOptions): CertificateSource {
  return certificateSecret === undefined
    ? new OwnCertificate(kube, log, namespace)
    : new GivenCertificate(kube, namespace, certificateSecret);
}
