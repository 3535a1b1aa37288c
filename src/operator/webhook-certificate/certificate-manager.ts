import { setTimeout as pause } from 'node:timers/promises';
import { isConflict } from '../../runtime/api-error';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import { inBackground } from '../../runtime/in-background';
import type { Logger } from '../../runtime/logger';
import type { CertificateSource } from './certificate-source';
import { usableCertificate, type KeyPair } from './key-pair';
import { TrustedCAs } from './trusted-cas';
import {
  certificatesIn,
  serverNames,
  trustedCAs,
  type WebhookConfiguration,
  type WebhookConfigurations,
} from './webhook-configurations';
import type { WebhookServer } from '../webhooks/webhook-server';

/** Milliseconds between two looks; what somebody has put back is put right within that time. */
const INTERVAL = 5_000;
const RETRY = 1_000;
/** So many times a write is tried again at once, where another replica has written meanwhile. */
const TRIES = 5;
const MOMENT = 100;

export interface CertificateManagerOptions {
  readonly source: CertificateSource;
  readonly configurations: WebhookConfigurations;
  readonly server: Pick<WebhookServer, 'use'>;
  /** What the webhooks' Service is called before any configuration says so. */
  readonly defaultName: string;
  readonly log: Logger;
}

/**
 * Keeps the webhooks served by a valid certificate, and the API server told whom to trust: an authority is trusted before anything is served that it
 * vouches for, so that a change of either fails no request.
 */
export class CertificateManager {
  readonly #options: CertificateManagerOptions;
  #served: KeyPair | undefined;
  readonly #authorities = new TrustedCAs();
  /** What the API server was told to trust a while ago. */
  #trusted: readonly string[] = [];
  /** What went wrong at the last look. */
  #problem: string | undefined;

  constructor(options: CertificateManagerOptions) {
    this.#options = options;
  }

  /** When the certificate that is served ends; undefined where none is. */
  expiry(): Date | undefined {
    const leaf = this.#served === undefined ? undefined : usableCertificate(this.#served);
    return leaf === undefined ? undefined : new Date(leaf.validTo);
  }

  /** Waits for the first certificate, however long that takes, and goes on looking after it and its successors from then on. */
  async start(): Promise<KeyPair> {
    for (let failures = 0; ; failures += 1) {
      const first = await this.#poll();
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
      await this.#poll();
    }
  }

  /** @returns what is served afterwards; whatever goes wrong, that is what was served before */
  async #poll(): Promise<KeyPair | undefined> {
    const { source, defaultName, log } = this.#options;
    try {
      const found = await this.#options.configurations.read();
      const material = await source.current([...new Set([defaultName, ...serverNames(found)])]);
      if (material === undefined) return this.#served;
      const trusted = await this.#trust(material, found);
      if (this.#isTrusted(material)) this.#serve(material);
      this.#trusted = trusted;
      this.#problem = undefined;
    } catch (error) {
      if (this.#problem !== safeErrorMessage(error)) {
        log.warn({ error: safeErrorMessage(error) }, 'the webhook certificate could not be looked after; trying again');
      }
      this.#problem = safeErrorMessage(error);
    }
    return this.#served;
  }

  /** Has the API server trust what vouches for the material, whatever others add at the same moment. @returns whom it trusts */
  async #trust({ authorities }: KeyPair, seen: readonly WebhookConfiguration[]): Promise<readonly string[]> {
    const { configurations } = this.#options;
    const own = certificatesIn(authorities);
    for (let tries = 1, found = seen; ; tries += 1) {
      const bundle = own.length === 0 ? [] : this.#authorities.bundle(own, trustedCAs(found), Date.now());
      try {
        if (bundle.length > 0) await configurations.trust(found, bundle);
        return bundle;
      } catch (error) {
        if (!isConflict(error) || tries === TRIES) throw error;
        await pause(MOMENT * Math.random() * 2 ** tries);
        found = await configurations.read();
      }
    }
  }

  /** Whether the API server was told so at an earlier look: it takes a moment to hear of it. */
  #isTrusted({ authorities }: KeyPair): boolean {
    return this.#served === undefined || certificatesIn(authorities).every(each => this.#trusted.includes(each));
  }

  #serve(material: KeyPair): void {
    if (material.certificate === this.#served?.certificate) {
      this.#served = material;
      return;
    }
    this.#options.server.use(material);
    this.#served = material;
    this.#options.log.info({ until: this.expiry()?.toISOString() }, 'the webhooks are served with another certificate');
  }
}
