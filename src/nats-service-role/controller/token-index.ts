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
  /** What was read of exactly this state of the Secret. */
  content?: TokenContent | undefined;
}

/** Of each namespace: a namespace with as many users of NATS has no room for as many pods. */
const MAX_OF_NAMESPACE = 2_000;

/** Characters: what is longer is no token of ours. */
const MAX_TOKEN = 4_096;

/** Secrets of one cluster that are read at a time. */
const READS = 8;

/** A Secret as it is stored. */
export type StoredSecret = SecretContent & { readonly metadata: ObjectMetadata };

interface PendingWrite {
  readonly id: string;
  readonly gone: Set<string | undefined>;
}

/** The Secrets of all tokens, by the metadata that a watch shows; each is read by its name, once for each of its states. */
export class TokenIndex {
  readonly #kube: KubeClient;
  readonly #entries = new Map<string, Entry>();
  /** How many there are of each namespace. */
  readonly #counts = new Map<string, number>();
  /** The writes of ours that are under way, each with the Secrets of its name that have gone meanwhile. */
  readonly #writes = new Set<PendingWrite>();
  #listed = false;

  constructor(kube: KubeClient) {
    this.#kube = kube;
  }

  /** Whether the watch has shown all Secrets there are. */
  isReady(): boolean {
    return this.#listed;
  }

  listed(): void {
    this.#listed = true;
  }

  /** The Secrets of tokens in a namespace, or in all. */
  *held(namespace: string | undefined): Iterable<{ readonly metadata: ObjectMetadata }> {
    for (const { secret } of this.#entries.values())
      if (namespace === undefined || secret.namespace === namespace) yield { metadata: identityOf(secret) };
  }

  /** Takes what a watch shows of a Secret. @returns the clusters whose token it is, or was */
  note(metadata: ObjectMetadata & ObjectReference, phase: Phase): ObjectKey[] {
    const held = this.#entries.get(idOf(metadata))?.secret;
    if (phase === 'gone') {
      for (const write of this.#writes) if (write.id === idOf(metadata)) write.gone.add(metadata.uid);
    }
    // Our own writes' answers come before the watch shows them, and so do those to an object's successor.
    const isOutdated =
      held !== undefined && (phase === 'present' ? !isNewer(metadata, held) : (metadata.uid ?? held.uid) !== held.uid);
    if (isOutdated) return [];
    const next = phase === 'present' ? toTokenSecretRef(metadata) : undefined;
    if (next === undefined) this.#delete(idOf(metadata));
    else this.#set({ secret: next });
    return [held, next].flatMap(secret => (secret === undefined ? [] : [keyOf(secret)]));
  }

  /** Takes the Secret that a write of ours has stored, unless the watch has shown since that it is gone, or shows a newer state of it. */
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

  /** Whoever may write Secrets can give any number of them our marks: beyond what roles need in a namespace, they count as others. */
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

  /** Takes note that we have deleted a Secret. */
  drop(secret: TokenSecretRef): void {
    if (this.#entries.get(idOf(secret))?.secret.uid === secret.uid) this.#delete(idOf(secret));
  }

  /** Whether a cluster has any token. */
  has(key: ObjectKey): boolean {
    return this.#of(key).length > 0;
  }

  /** The tokens of a cluster; `wants` says of which of them the content is needed. */
  async of(key: ObjectKey, wants: (secret: TokenSecretRef) => boolean): Promise<TokenSecret[]> {
    const read = async (entry: Entry): Promise<TokenSecret> => ({
      secret: entry.secret,
      content: wants(entry.secret) ? (entry.content ??= await this.#read(entry.secret)) : undefined,
    });
    const entries = this.#of(key);
    const tokens: TokenSecret[] = [];
    // However many there are, the requests of others have their turn.
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
