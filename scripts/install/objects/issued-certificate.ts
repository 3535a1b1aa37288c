import { isSelfSigned } from '../choices';
import { ISSUED_CERTIFICATE, WEBHOOK_SERVICE } from '../names';
import type { Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { namespacedMetadata } from './metadata';

const VERSION = { apiVersion: 'cert-manager.io/v1' };

/** Where no issuer is named: the certificate is its own authority. */
export const issuer = (rendering: Rendering): KubernetesObject => ({
  ...VERSION,
  kind: 'Issuer',
  metadata: namespacedMetadata(rendering, WEBHOOK_SERVICE),
  spec: { selfSigned: {} },
});

/** The webhook's certificate, by cert-manager. */
export const certificate = (rendering: Rendering): KubernetesObject => {
  const name = `${WEBHOOK_SERVICE}.${rendering.namespace ?? ''}.svc`;
  return {
    ...VERSION,
    kind: 'Certificate',
    metadata: namespacedMetadata(rendering, WEBHOOK_SERVICE),
    spec: {
      secretName: ISSUED_CERTIFICATE,
      dnsNames: [name, `${name}.cluster.local`],
      usages: ['server auth', 'digital signature'],
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      ...rendering.where(isSelfSigned, { issuerRef: { kind: 'Issuer', name: WEBHOOK_SERVICE } }),
      ...rendering.optional('issuerRef', 'certManager.issuerRef'),
    },
  };
};
