import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isConflict } from '../../runtime/api-error';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import { secretPath, secretsPath } from '../../runtime/api-paths';
import { KEYS, textIn, type CertificateSecret, type CertificateSource } from './certificate-source';
import { dueRenewal, renew, type OwnKeyPair } from './renewal';

/** Maximum attempts on conflict with another replica, before the next poll. */
const MAX_ATTEMPTS = 5;
const CONFLICT_RETRY_MS = 100;

/** The Secret in the operator's namespace. */
export const OWN_SECRET = 'nats-operator-webhook-certificate';

/**
 * A certificate issued and renewed by the operator, in a Secret shared by its replicas. Any replica may write: on
 * conflict, a replica uses the certificate of the other.
 */
export class SelfSignedCertificate implements CertificateSource {
  #last: OwnKeyPair | undefined;
  /** The last issued certificate and its inputs, until it is written. */
  #issued: { readonly of: object; readonly material: OwnKeyPair } | undefined;

  constructor(
    private readonly kube: KubeClient,
    private readonly log: Logger,
    private readonly namespace: string,
  ) {}

  async current(names: readonly string[]): Promise<OwnKeyPair> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#last = await this.#renew(names);
        return this.#last;
      } catch (error) {
        if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
        await pause(CONFLICT_RETRY_MS * Math.random() * 2 ** attempt);
      }
    }
  }

  /** @throws ApiError 409 on conflict with another replica */
  async #renew(names: readonly string[]): Promise<OwnKeyPair> {
    const stored = (await this.kube.get(secretPath(this.namespace, OWN_SECRET))) as CertificateSecret | undefined;
    // The API server still trusts the CA of a deleted Secret.
    const former = stored === undefined ? this.#last : toKeyPair(stored);
    const renewal = dueRenewal(former, names, new Date());
    if (stored !== undefined && former !== undefined && renewal === undefined) return former;
    const material = await this.#issue(former, names);
    await this.#write(stored, material);
    this.#issued = undefined;
    this.log.info({ reason: renewal ?? 'secret deleted' }, 'Issued webhook serving certificate');
    return material;
  }

  /** Reuses a certificate that could not be written, because generating keys takes time. */
  async #issue(former: OwnKeyPair | undefined, names: readonly string[]): Promise<OwnKeyPair> {
    const of = { former, names };
    const issued = isDeepStrictEqual(this.#issued?.of, of) ? this.#issued : undefined;
    this.#issued = issued ?? { of, material: await renew(former, names, new Date()) };
    return this.#issued.material;
  }

  async #write(stored: CertificateSecret | undefined, material: OwnKeyPair): Promise<void> {
    if (stored === undefined) {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: OWN_SECRET }, type: 'kubernetes.io/tls' };
      await this.kube.create(secretsPath(this.namespace), { ...secret, data: toData(material) });
      return;
    }
    const metadata = { resourceVersion: stored.metadata?.resourceVersion };
    await this.kube.merge(secretPath(this.namespace, OWN_SECRET), { metadata, data: toData(material) });
  }
}

const toKeyPair = (secret: CertificateSecret): OwnKeyPair => ({
  authorities: textIn(secret, KEYS.authorities),
  authorityKey: textIn(secret, KEYS.authorityKey),
  certificate: textIn(secret, KEYS.certificate),
  key: textIn(secret, KEYS.key),
});

function toData(material: OwnKeyPair): object {
  const parts = Object.keys(KEYS) as (keyof OwnKeyPair)[];
  return Object.fromEntries(parts.map(part => [KEYS[part], Buffer.from(material[part]).toString('base64')]));
}
