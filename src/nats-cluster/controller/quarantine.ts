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

/** Milliseconds before the second attempt; others, which have missed nothing, come first. */
const SECOND_ATTEMPT = 5_000;
/** Milliseconds before a further attempt of a cluster that is set aside; each time twice as long. */
const FIRST_INTERVAL = 600_000;
const LAST_INTERVAL = 6 * 3_600_000;

/** How often in a row a machine without time is to blame, before the cluster is. */
const STARVED = 3;

/** What the status says of such a cluster, and a later process finds there. */
const REASON = 'ReconcileDeadlineExceeded' satisfies ReconcileFailure['reason'];

/** A cluster whose decision has missed its deadline. */
interface Entry {
  /** In a row. One that a process finds in the status counts as two: the second may have ended the process before. */
  readonly missed: number;
  /** What it was decided from. */
  readonly inputs: string;
  /** Milliseconds of our clock. */
  readonly retryAt: number;
  /** Whether the status says so: without that it is not tried again. */
  isWritten: boolean;
}

export interface QuarantineOptions {
  readonly kube: KubeClient;
  readonly cache: ClusterCache;
  /** What is known of a cluster's NatsServiceRoles, as a text that changes with their specs. */
  readonly rolesOf: (key: ObjectKey) => string;
  /** Writes the failure into the cluster's status. */
  readonly report: (key: ObjectKey, failure: ReconcileFailure) => Promise<void>;
  /** Told of each cluster whose status says that it takes long. */
  readonly onWritten: (key: ObjectKey) => void;
  /** Milliseconds; increases. */
  readonly clock?: () => number;
}

/**
 * The clusters that take too long to decide on. After the second time in a row one is set aside until what it is decided from changes, or for a long time. The status
 * says so before each further attempt, so that a process which does not survive one finds it when it starts again.
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
   * Whether a cluster is set aside.
   *
   * @returns milliseconds until its next attempt; undefined where it is to be reconciled now
   * @throws ApiError, NoAnswerError where that can't be found out, or not be written into its status
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
   * A decision has missed its deadline.
   *
   * @returns milliseconds until the next attempt
   * @throws `error` where the machine is more likely to blame than the cluster; ApiError, NoAnswerError where it can't be written into the status
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

  /** The cluster was decided on in time, or is gone. */
  delete(key: ObjectKey): void {
    this.#entries.delete(key);
    this.#starved.delete(key);
  }

  /** What an earlier process has written into the status. */
  async #restore(key: ObjectKey): Promise<Entry | undefined> {
    const cluster = this.#clusterOf(key);
    const failure = findReconcileFailure(cluster?.status);
    if (failure?.reason !== REASON) return undefined;
    if (failure.observedGeneration !== cluster?.metadata?.generation) return undefined;
    // Where this was said of the first time, the second may have ended the process.
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

  /** The generation of the spec, those of the roles, and the versions of the Secrets that a decision reads. */
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

  /** By its metadata alone: its content may be what takes so long. */
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
