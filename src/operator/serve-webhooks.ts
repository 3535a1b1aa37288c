import type { KubeClient } from '../runtime/kube-client';
import type { Logger } from '../runtime/logger';
import { CertificateManager } from './webhook-certificate/certificate-manager';
import type { CertificateSource } from './webhook-certificate/certificate-source';
import { readClientCAs } from './webhooks/client-cas';
import { ProvidedCertificate } from './webhook-certificate/provided-certificate';
import { SelfSignedCertificate } from './webhook-certificate/self-signed-certificate';
import { takeRequests } from './pepr-requests';
import { withServingFiles } from './webhook-certificate/serving-files';
import { WebhookConfigurations } from './webhook-certificate/webhook-configurations';
import { WebhookServer } from './webhooks/webhook-server';
import { WEBHOOK_PATH } from './environment';

export interface WebhooksOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  /** The namespace of the operator. */
  readonly namespace: string;
  /** The Secret of a certificate managed externally; undefined if the operator issues its own. */
  readonly certificateSecret: string | undefined;
  readonly port: number;
  /** A file with the CAs of clients that may request reviews; undefined to allow all clients. */
  readonly clientCAFile: string | undefined;
}

const PATHS: ReadonlySet<string> = new Set(['mutate', 'validate'].map(verb => `/${verb}/${WEBHOOK_PATH}`));

/**
 * Serves the webhooks, and manages their serving certificate from then on.
 *
 * @param start starts Pepr's server, with the certificate files of SSL_CERT_PATH and SSL_KEY_PATH
 * @throws Error if the port is in use or the file cannot be read
 */
export async function serveWebhooks<T>(
  options: WebhooksOptions,
  start: () => T,
): Promise<{ started: T; certificateManager: CertificateManager }> {
  const { kube, log, namespace, port, clientCAFile: file } = options;
  const clientCAs = file === undefined ? undefined : await readClientCAs(file);
  const server = new WebhookServer({ paths: PATHS, clientCAs });
  const certificateManager = new CertificateManager({
    source: sourceOf(options),
    configurations: new WebhookConfigurations(kube),
    server,
    defaultName: `nats-operator-webhook.${namespace}.svc`,
    log,
  });
  const { started, answer } = withServingFiles(await certificateManager.start(), ({ certificate, key }) => {
    Object.assign(process.env, { SSL_CERT_PATH: certificate, SSL_KEY_PATH: key });
    return takeRequests(start);
  });
  await server.listen(port, answer);
  return { started, certificateManager };
}

function sourceOf({ kube, log, namespace, certificateSecret }: WebhooksOptions): CertificateSource {
  return certificateSecret === undefined
    ? new SelfSignedCertificate(kube, log, namespace)
    : new ProvidedCertificate(kube, namespace, certificateSecret);
}
