import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isConflict } from '../../runtime/api-error';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import { secretPath, secretsPath } from '../../runtime/api-paths';
import { KEYS, textIn, type CertificateSecret, type CertificateSource } from './certificate-source';
import { dueRenewal, renew, type OwnKeyPair } from './renewal';

/** So many times a write is tried again at once, where another replica was first; then at the next look. */
const TRIES = 5;
const MOMENT = 100;

/** The Secret in the operator's own namespace. */
export const OWN_SECRET = 'nats-operator-webhook-certificate';

/**
 * A certificate that the operator makes and renews by itself, in a Secret that its replicas share. Each of them may write: whoever comes second is
 * refused, and takes what the first has made.
 */
export class SelfSignedCertificate implements CertificateSource {
  #last: OwnKeyPair | undefined;
  /** What was made last, of what, and could not be written yet. */
  #made: { readonly of: object; readonly material: OwnKeyPair } | undefined;

  constructor(
    private readonly kube: KubeClient,
    private readonly log: Logger,
    private readonly namespace: string,
  ) {}

  async current(names: readonly string[]): Promise<OwnKeyPair> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#last = await this.#renew(names);
        return this.#last;
      } catch (error) {
        if (!isConflict(error) || tries === TRIES) throw error;
        await pause(MOMENT * Math.random() * 2 ** tries);
      }
    }
  }

  /** @throws ApiError 409 where another replica was first */
  async #renew(names: readonly string[]): Promise<OwnKeyPair> {
    const stored = (await this.kube.get(secretPath(this.namespace, OWN_SECRET))) as CertificateSecret | undefined;
    // Of a Secret that was deleted the API server goes on trusting the authority.
    const former = stored === undefined ? this.#last : toKeyPair(stored);
    const renewal = dueRenewal(former, names, new Date());
    if (stored !== undefined && former !== undefined && renewal === undefined) return former;
    const material = await this.#make(former, names);
    await this.#write(stored, material);
    this.#made = undefined;
    this.log.info({ reason: renewal ?? 'the Secret was gone' }, 'the webhook certificate was made anew');
    return material;
  }

  /** What could not be written is taken again where it is still good: keys take time to make. */
  async #make(former: OwnKeyPair | undefined, names: readonly string[]): Promise<OwnKeyPair> {
    const of = { former, names };
    const made = isDeepStrictEqual(this.#made?.of, of) ? this.#made : undefined;
    this.#made = made ?? { of, material: await renew(former, names, new Date()) };
    return this.#made.material;
  }

  async #write(stored: CertificateSecret | undefined, material: OwnKeyPair): Promise<void> {
    if (stored === undefined) {
      const made = { apiVersion: 'v1', kind: 'Secret', metadata: { name: OWN_SECRET }, type: 'kubernetes.io/tls' };
      await this.kube.create(secretsPath(this.namespace), { ...made, data: toData(material) });
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
