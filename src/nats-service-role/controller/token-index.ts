import { toTokenSecretRef, TOKEN_KEY, USERNAME_KEY, type TokenSecretRef } from '../bound-token';
import { textOf, type SecretContent } from '../../kubernetes/secret-content';
import { readTokenClaims } from '../token-claims';
import { idOf, type TokenSecret, type TokenContent } from '../plan/observed-roles';
import { objectKey, type ObjectKey } from '../../runtime/object-key';
import type { KubeClient } from '../../runtime/kube-client';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';
import { secretPath } from '../../runtime/api-paths';
import type { Phase } from '../../runtime/informer';

interface Entry {
  readonly secret: TokenSecretRef;
  /** The content of the Secret at this resourceVersion. */
  content?: TokenContent | undefined;
}

/** The maximum number of cached token Secrets of a namespace, more than it has room for pods. */
const MAX_OF_NAMESPACE = 2_000;

/** The maximum length of a token in characters. */
const MAX_TOKEN = 4_096;

/** Concurrent reads of Secrets of one cluster. */
const READS = 8;

/** A stored Secret. */
export type StoredSecret = SecretContent & { readonly metadata: ObjectMetadata };

interface PendingWrite {
  readonly id: string;
  readonly gone: Set<string | undefined>;
}

/** The token Secrets, by metadata from a watch; the content is read by name, once per resourceVersion. */
export class TokenIndex {
  readonly #kube: KubeClient;
  readonly #entries = new Map<string, Entry>();
  /** Their number by namespace. */
  readonly #counts = new Map<string, number>();
  /** Writes in progress, each with the Secrets of its name that were deleted meanwhile. */
  readonly #writes = new Set<PendingWrite>();
  #listed = false;

  constructor(kube: KubeClient) {
    this.#kube = kube;
  }

  /** Whether the watch has synced. */
  isReady(): boolean {
    return this.#listed;
  }

  listed(): void {
    this.#listed = true;
  }

  /** The token Secrets of a namespace, or of all. */
  *cached(namespace: string | undefined): Iterable<{ readonly metadata: ObjectMetadata }> {
    for (const { secret } of this.#entries.values())
      if (namespace === undefined || secret.namespace === namespace) yield { metadata: identityOf(secret) };
  }

  /** Stores a Secret from the watch. @returns the clusters that it is or was a token of */
  note(metadata: ObjectMetadata & ObjectReference, phase: Phase): ObjectKey[] {
    const held = this.#entries.get(idOf(metadata))?.secret;
    if (phase === 'gone') {
      for (const write of this.#writes) if (write.id === idOf(metadata)) write.gone.add(metadata.uid);
    }
    // Responses to own writes arrive before the watch delivers them, also those for a recreated Secret.
    const isOutdated =
      held !== undefined && (phase === 'present' ? !isNewer(metadata, held) : (metadata.uid ?? held.uid) !== held.uid);
    if (isOutdated) return [];
    const next = phase === 'present' ? toTokenSecretRef(metadata) : undefined;
    if (next === undefined) this.#delete(idOf(metadata));
    else this.#set({ secret: next });
    return [held, next].flatMap(secret => (secret === undefined ? [] : [keyOf(secret)]));
  }

  /** Stores the response to a write, unless the watch has delivered its deletion or a newer state since. */
  async follow<T extends { readonly secret: StoredSecret }>(id: ObjectReference, write: () => Promise<T>): Promise<T> {
    const pending: PendingWrite = { id: idOf(id), gone: new Set() };
    this.#writes.add(pending);
    try {
      const written = await write();
      if (!pending.gone.has(written.secret.metadata.uid)) this.#store(written.secret);
      return written;
    } finally {
      this.#writes.delete(pending);
    }
  }

  #store(secret: StoredSecret): void {
    const bound = toTokenSecretRef(secret.metadata);
    if (bound === undefined) return;
    const held = this.#entries.get(idOf(bound))?.secret;
    if (held !== undefined && isNewer(held, bound)) return;
    this.#set({ secret: bound, content: toContent(secret) });
  }

  /** Anyone who may write Secrets can label any number of them: beyond the limit of a namespace, they are ignored. */
  #set(entry: Entry): void {
    const { namespace } = entry.secret;
    const count = this.#counts.get(namespace) ?? 0;
    if (!this.#entries.has(idOf(entry.secret))) {
      if (count >= MAX_OF_NAMESPACE) return;
      this.#counts.set(namespace, count + 1);
    }
    this.#entries.set(idOf(entry.secret), entry);
  }

  #delete(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    const { namespace } = entry.secret;
    const count = (this.#counts.get(namespace) ?? 0) - 1;
    if (count > 0) this.#counts.set(namespace, count);
    else this.#counts.delete(namespace);
  }

  /** Records that the operator has deleted a Secret. */
  drop(secret: TokenSecretRef): void {
    if (this.#entries.get(idOf(secret))?.secret.uid === secret.uid) this.#delete(idOf(secret));
  }

  /** Whether a cluster has any token. */
  has(key: ObjectKey): boolean {
    return this.#of(key).length > 0;
  }

  /** The tokens of a cluster; `wants`: whether the content of one is needed. */
  async of(key: ObjectKey, wants: (secret: TokenSecretRef) => boolean): Promise<TokenSecret[]> {
    const read = async (entry: Entry): Promise<TokenSecret> => ({
      secret: entry.secret,
      content: wants(entry.secret) ? (entry.content ??= await this.#read(entry.secret)) : undefined,
    });
    const entries = this.#of(key);
    const tokens: TokenSecret[] = [];
    // A few at a time, so that requests for other clusters are not delayed.
    for (let first = 0; first < entries.length; first += READS)
      tokens.push(...(await Promise.all(entries.slice(first, first + READS).map(read))));
    return tokens;
  }

  #of(key: ObjectKey): Entry[] {
    return [...this.#entries.values()].filter(({ secret }) => keyOf(secret) === key);
  }

  async #read({ namespace, name }: TokenSecretRef): Promise<TokenContent | undefined> {
    const secret = (await this.#kube.get(secretPath(namespace, name))) as SecretContent | undefined;
    return secret === undefined ? undefined : toContent(secret);
  }
}

const identityOf = ({ namespace, name, uid, resourceVersion }: TokenSecretRef): ObjectMetadata => ({
  ...{ namespace, name, uid, resourceVersion },
});

function toContent(secret: SecretContent): TokenContent {
  const token = bounded(textOf(secret, TOKEN_KEY));
  const username = bounded(textOf(secret, USERNAME_KEY));
  return { token, username, claims: readTokenClaims(token) };
}

const bounded = (text = ''): string => (text.length > MAX_TOKEN ? '' : text);

const keyOf = ({ clusterNamespace, cluster }: TokenSecretRef): ObjectKey => objectKey(clusterNamespace, cluster);

const isNewer = (one: ObjectMetadata, other: TokenSecretRef): boolean =>
  Number(one.resourceVersion ?? 0) > Number(other.resourceVersion);
