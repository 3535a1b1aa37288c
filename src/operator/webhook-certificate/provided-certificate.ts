import type { KubeClient } from '../../runtime/kube-client';
import { secretPath } from '../../runtime/api-paths';
import { KEYS, textIn, type CertificateSecret, type CertificateSource } from './certificate-source';
import { usableCertificate, type KeyPair } from './key-pair';

/** A certificate managed externally, as by cert-manager. */
export class ProvidedCertificate implements CertificateSource {
  constructor(
    private readonly kube: KubeClient,
    private readonly namespace: string,
    private readonly name: string,
  ) {}

  /** An unusable certificate counts as missing: it may still be being issued. */
  async current(): Promise<KeyPair | undefined> {
    const secret = (await this.kube.get(secretPath(this.namespace, this.name))) as CertificateSecret | undefined;
    if (secret === undefined) return undefined;
    const material = {
      authorities: textIn(secret, KEYS.authorities),
      certificate: textIn(secret, KEYS.certificate),
      key: textIn(secret, KEYS.key),
    };
    return usableCertificate(material) === undefined ? undefined : material;
  }
}
