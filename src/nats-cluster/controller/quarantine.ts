import { createHash } from 'node:crypto';
import { authSecrets, tlsSecrets } from '../secrets/named-secrets';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { configSecretName } from '../spec/names';
import { findReconcileFailure, type ReconcileFailure } from '../status/reconcile-failure';
import { splitKey, type ObjectKey } from '../../runtime/object-key';
import type { InformerTarget } from '../../runtime/informer-target';
import type { KubeClient } from '../../runtime/kube-client';
import { secretsPath } from '../../runtime/api-paths';
import { StarvedError, type DeadlineExceededError } from '../../runtime/time-limit';
import type { ClusterCache } from './cluster-cache';

/** Milliseconds before the second attempt, so that other clusters come first. */
const SECOND_ATTEMPT = 5_000;
/** Milliseconds before the next attempt of a quarantined cluster, doubled each time. */
const FIRST_INTERVAL = 600_000;
const LAST_INTERVAL = 6 * 3_600_000;

/** Consecutive timeouts that are attributed to a starved machine before they are to the cluster. */
const STARVED = 3;

/** The reason in the status, where a later process finds it. */
const REASON = 'ReconcileDeadlineExceeded' satisfies ReconcileFailure['reason'];

/** A cluster that exceeded its deadline. */
interface Entry {
  /** Consecutive ones. One found in the status counts as two: the second may have ended the former process. */
  readonly missed: number;
  /** The digest of its input. */
  readonly inputs: string;
  /** Milliseconds of the monotonic clock. */
  readonly retryAt: number;
  /** Whether the status records it, which is required before a retry. */
  isWritten: boolean;
}

export interface QuarantineOptions {
  readonly kube: KubeClient;
  readonly cache: ClusterCache;
  /** A text that changes with the specs of the cluster's NatsServiceRoles. */
  readonly rolesOf: (key: ObjectKey) => string;
  /** Writes the failure into the cluster's status. */
  readonly report: (key: ObjectKey, failure: ReconcileFailure) => Promise<void>;
  /** Called for each cluster whose status records a slow sync. */
  readonly onWritten: (key: ObjectKey) => void;
  /** Milliseconds; increases. */
  readonly clock?: () => number;
}

/**
 * Clusters whose sync exceeds its deadline. After the second time in a row one is quarantined until its input changes, or for
 * a long time. The status records it before each further attempt, so that a process that is killed by one finds it after
 * its restart.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;
  readonly #clock: () => number;
  readonly #entries = new Map<ObjectKey, Entry>();
  readonly #starved = new Map<ObjectKey, number>();

  constructor(options: QuarantineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /**
   * Returns whether a cluster is quarantined.
   *
   * @returns milliseconds until its next attempt; undefined if it may be reconciled now
   * @throws ApiError, NoAnswerError if reading or writing its status fails
   */
  async remaining(key: ObjectKey): Promise<number | undefined> {
    const entry = this.#entries.get(key) ?? (await this.#restore(key));
    if (entry === undefined) return undefined;
    if (entry.inputs !== (await this.#inputs(key))) {
      this.#entries.delete(key);
      return undefined;
    }
    if (!entry.isWritten) await this.#write(key, entry);
    const remaining = entry.retryAt - this.#clock();
    return remaining > 0 ? remaining : undefined;
  }

  /**
   * Records an exceeded deadline.
   *
   * @returns milliseconds until the next attempt
   * @throws `error` if the machine is the likely cause; ApiError, NoAnswerError if writing the status fails
   */
  async missed(key: ObjectKey, error: DeadlineExceededError | StarvedError): Promise<number> {
    const starved = error instanceof StarvedError ? (this.#starved.get(key) ?? 0) + 1 : STARVED;
    this.#starved.set(key, starved);
    if (starved < STARVED) throw error;
    const missed = (this.#entries.get(key)?.missed ?? 0) + 1;
    const wait = missed === 1 ? SECOND_ATTEMPT : Math.min(FIRST_INTERVAL * 2 ** (missed - 2), LAST_INTERVAL);
    const entry = { missed, inputs: await this.#inputs(key), retryAt: this.#clock() + wait, isWritten: false };
    this.#entries.set(key, entry);
    await this.#write(key, entry, error);
    return wait;
  }

  /** Removes a cluster that met its deadline or was deleted. */
  delete(key: ObjectKey): void {
    this.#entries.delete(key);
    this.#starved.delete(key);
  }

  /** The record of a former process in the status. */
  async #restore(key: ObjectKey): Promise<Entry | undefined> {
    const cluster = this.#clusterOf(key);
    const failure = findReconcileFailure(cluster?.status);
    if (failure?.reason !== REASON) return undefined;
    if (failure.observedGeneration !== cluster?.metadata?.generation) return undefined;
    // If this was the first time, the second may have ended the process.
    const isWritten = failure.status === 'False';
    const entry = { missed: 2, inputs: await this.#inputs(key), retryAt: this.#clock() + FIRST_INTERVAL, isWritten };
    this.#entries.set(key, entry);
    if (isWritten) this.#options.onWritten(key);
    return entry;
  }

  async #write(key: ObjectKey, entry: Entry, error?: DeadlineExceededError | StarvedError): Promise<void> {
    await this.#options.report(key, describe(entry, error));
    entry.isWritten = true;
    this.#options.onWritten(key);
  }

  /** The generations of the spec and the roles, and the resourceVersions of the Secrets. */
  async #inputs(key: ObjectKey): Promise<string> {
    const { namespace, name } = splitKey(key);
    const { metadata: { uid, generation } = {}, spec = {} } = this.#clusterOf(key) ?? {};
    const named = [...tlsSecrets(spec), ...authSecrets(spec)].map(secret => secret.name);
    const names = name === '' ? [] : [...new Set([...named, configSecretName(name)])].sort();
    if (uid !== undefined)
      this.#options.cache.setUsedSecrets(key, new Set(names.map(secret => `${namespace}/${secret}`)));
    const versions = await Promise.all(names.map(async secret => this.#version(namespace, secret)));
    const inputs = JSON.stringify([uid, generation, this.#options.rolesOf(key), ...versions]);
    return createHash('sha256').update(inputs).digest('hex');
  }

  /** Only metadata: the content may be the cause. */
  async #version(namespace: string, name: string): Promise<string> {
    const query = { fieldSelector: `metadata.name=${name}` };
    const take = ({ metadata }: InformerTarget): string => `${metadata?.uid ?? ''}/${metadata?.resourceVersion ?? ''}`;
    const [version = '/'] = await this.#options.kube.listAll(secretsPath(namespace), { query, form: 'metadata', take });
    return version;
  }

  #clusterOf(key: ObjectKey): NatsClusterObject | undefined {
    return this.#options.cache.get(key)?.cluster;
  }
}

function describe({ missed }: Entry, error: DeadlineExceededError | StarvedError | undefined): ReconcileFailure {
  const took = error === undefined ? 'takes longer than allowed' : `takes longer than ${error.milliseconds / 1000} s`;
  const what = `Deciding what to do about this cluster ${took}`;
  const remedy = 'make its spec, its Secrets or its NatsServiceRoles smaller or simpler';
  return missed === 1
    ? { status: 'Unknown', reason: REASON, message: `${what}; it is tried once more, and then set aside: ${remedy}` }
    : {
        status: 'False',
        reason: REASON,
        message: `${what}, ${missed} times in a row: it is set aside, what runs stays as it is, and nothing of the cluster is reconciled. To have it tried again, ${remedy}; without a change that happens after ten minutes, and then ever more rarely`,
      };
}
