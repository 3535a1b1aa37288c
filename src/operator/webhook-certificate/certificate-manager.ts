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

/** Reconciliation interval in milliseconds; external changes are reverted within that time. */
const INTERVAL_MS = 5_000;
const RETRY_MS = 1_000;
/** Maximum attempts of a write on conflict with another replica, before the next interval. */
const MAX_ATTEMPTS = 5;
const CONFLICT_RETRY_MS = 100;

export interface CertificateManagerOptions {
  readonly source: CertificateSource;
  readonly configurations: WebhookConfigurations;
  readonly server: Pick<WebhookServer, 'use'>;
  /** The DNS name of the webhook Service, until a configuration references it. */
  readonly defaultName: string;
  readonly log: Logger;
}

/**
 * Manages the webhook serving certificate and the caBundle of the webhook configurations: a CA is trusted before a
 * certificate issued by it is served, so that a rotation fails no request.
 */
export class CertificateManager {
  readonly #options: CertificateManagerOptions;
  #served: KeyPair | undefined;
  readonly #trustedCAs = new TrustedCAs();
  /** The CAs written to the webhook configurations by an earlier poll. */
  #trusted: readonly string[] = [];
  /** The error of the last poll. */
  #problem: string | undefined;

  constructor(options: CertificateManagerOptions) {
    this.#options = options;
  }

  /** Expiry of the serving certificate; undefined if there is none. */
  expiry(): Date | undefined {
    const leaf = this.#served === undefined ? undefined : usableCertificate(this.#served);
    return leaf === undefined ? undefined : new Date(leaf.validTo);
  }

  /** Waits for the first certificate, without a timeout, and manages it and its successors from then on. */
  async start(): Promise<KeyPair> {
    for (let failures = 0; ; failures += 1) {
      const first = await this.#poll();
      if (first !== undefined) {
        inBackground(async () => this.#run(), this.#options.log, 'Webhook certificate management stopped unexpectedly');
        return first;
      }
      if (failures === 0) this.#options.log.warn({}, 'Waiting for a webhook serving certificate');
      await pause(RETRY_MS);
    }
  }

  async #run(): Promise<never> {
    for (;;) {
      await pause(INTERVAL_MS, undefined, { ref: false });
      await this.#poll();
    }
  }

  /** @returns the serving certificate, which is the previous one after a failure */
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
        log.warn({ error: safeErrorMessage(error) }, 'Failed to reconcile the webhook serving certificate, will retry');
      }
      this.#problem = safeErrorMessage(error);
    }
    return this.#served;
  }

  /** Adds the CAs of a certificate to the webhook configurations, retrying on conflict. @returns the trusted CAs */
  async #trust({ authorities }: KeyPair, seen: readonly WebhookConfiguration[]): Promise<readonly string[]> {
    const { configurations } = this.#options;
    const own = certificatesIn(authorities);
    for (let attempt = 1, found = seen; ; attempt += 1) {
      const bundle = own.length === 0 ? [] : this.#trustedCAs.bundle(own, trustedCAs(found), Date.now());
      try {
        if (bundle.length > 0) await configurations.trust(found, bundle);
        return bundle;
      } catch (error) {
        if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
        await pause(CONFLICT_RETRY_MS * Math.random() * 2 ** attempt);
        found = await configurations.read();
      }
    }
  }

  /** Whether the CAs were written by an earlier poll: the API server needs a moment to observe them. */
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
    this.#options.log.info({ until: this.expiry()?.toISOString() }, 'Rotated webhook serving certificate');
  }
}
