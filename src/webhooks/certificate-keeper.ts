import { setTimeout as pause } from 'node:timers/promises';
import { errorText } from '../controller/error-text';
import { inBackground } from '../controller/in-background';
import type { Logger } from '../controller/logger';
import { readCertificates } from '../model/secrets/pem';
import type { CertificateSource } from './certificate-source';
import type { HttpsServers } from './https-server';
import { usableLeaf, type ServingMaterial } from './serving-material';
import { serverNames, type WebhookConfigurations } from './webhook-configurations';

/** Milliseconds between two looks; what somebody has put back is put right within that time. */
const INTERVAL = 5_000;
const RETRY = 1_000;
/** Milliseconds for which a former authority is trusted on: the other replica may take a moment longer. */
const OVERLAP = 60_000;

export interface CertificateKeeperOptions {
  readonly source: CertificateSource;
  readonly configurations: WebhookConfigurations;
  readonly servers: HttpsServers;
  /** What the webhooks' Service is called before any configuration says so. */
  readonly defaultName: string;
  readonly log: Logger;
}

/**
 * Keeps the webhooks served by a valid certificate, and the API server told whom to trust: an authority is trusted before anything is served that it
 * vouches for, so that a change of either fails no request.
 */
export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  #served: ServingMaterial | undefined;
  #former: { readonly authorities: string; readonly until: number } | undefined;
  /** What the API server was told to trust a while ago. */
  #trusted = '';
  /** What went wrong at the last look. */
  #problem: string | undefined;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
  }

  /** When the certificate that is served ends; undefined where none is. */
  expiry(): Date | undefined {
    const leaf = this.#served === undefined ? undefined : usableLeaf(this.#served);
    return leaf === undefined ? undefined : new Date(leaf.validTo);
  }

  /** Waits for the first certificate, however long that takes, and goes on looking after it and its successors from then on. */
  async start(): Promise<ServingMaterial> {
    for (let failures = 0; ; failures += 1) {
      const first = await this.#look();
      if (first !== undefined) {
        inBackground(async () => this.#keep(), this.#options.log, 'the webhook certificate is no longer looked after');
        return first;
      }
      if (failures === 0) this.#options.log.warn({}, 'there is no certificate for the webhooks yet; waiting for it');
      await pause(RETRY);
    }
  }

  async #keep(): Promise<never> {
    for (;;) {
      await pause(INTERVAL, undefined, { ref: false });
      await this.#look();
    }
  }

  /** @returns what is served afterwards; whatever goes wrong, that is what was served before */
  async #look(): Promise<ServingMaterial | undefined> {
    const { configurations, source, defaultName, log } = this.#options;
    try {
      const found = await configurations.read();
      const material = await source.current([...new Set([defaultName, ...serverNames(found)])]);
      if (material === undefined) return this.#served;
      const bundle = this.#bundle(material);
      if (bundle !== '') await configurations.trust(found, bundle);
      if (this.#isTrusted(material)) this.#serve(material);
      this.#trusted = bundle;
      this.#problem = undefined;
    } catch (error) {
      if (this.#problem !== errorText(error)) {
        log.warn({ error: errorText(error) }, 'the webhook certificate could not be looked after; trying again');
      }
      this.#problem = errorText(error);
    }
    return this.#served;
  }

  /** Its own authorities, and for a while those of the one before. */
  #bundle({ authorities }: ServingMaterial): string {
    const former = this.#served?.authorities ?? authorities;
    if (former !== authorities) this.#former ??= { authorities: former, until: Date.now() + OVERLAP };
    if (this.#former !== undefined && this.#former.until < Date.now()) this.#former = undefined;
    return [...new Set([authorities, this.#former?.authorities ?? ''].flatMap(certificatesIn))].join('');
  }

  /** Whether the API server was told so at an earlier look: it takes a moment to hear of it. */
  #isTrusted({ authorities }: ServingMaterial): boolean {
    const trusted = certificatesIn(this.#trusted);
    return this.#served === undefined || certificatesIn(authorities).every(each => trusted.includes(each));
  }

  #serve(material: ServingMaterial): void {
    if (material.certificate === this.#served?.certificate) {
      this.#served = material;
      return;
    }
    this.#options.servers.use(material);
    this.#served = material;
    this.#options.log.info({ until: this.expiry()?.toISOString() }, 'the webhooks are served with another certificate');
  }
}

const certificatesIn = (pem: string): string[] => (readCertificates(pem) ?? []).map(String);
