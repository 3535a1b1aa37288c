import { NATS_SERVICE_ROLE } from '../service-role';
import {
  tokenAudience,
  TOKEN_KEY,
  tokenLabels,
  toTokenSecretRef,
  USERNAME_KEY,
  type TokenSecretRef,
} from '../bound-token';
import type { AccountBinding } from '../plan/account-bindings';
import { ApiError } from '../../runtime/api-error';
import type { KubeClient } from '../../runtime/kube-client';
import { secretPath, secretsPath, tokenRequestPath } from '../../runtime/api-paths';
import type { StoredSecret } from './token-index';

/** Another object has the name of a token Secret. */
export class SecretConflictError extends Error {
  override readonly name = 'SecretConflictError';
}

/** Requests tokens from the API server, each bound to its Secret: a token is invalid once its Secret is deleted. */
export class TokenIssuer {
  constructor(private readonly kube: KubeClient) {}

  /**
   * Issues a token into its Secret, which is created first if it does not exist: a token is bound to the Secret's uid.
   *
   * @param existing the known Secret; undefined if there is none
   * @param lifetime in seconds; undefined leaves it to the API server
   * @returns the Secret with a new token, or an existing one that was not cached, unchanged: its token may be valid
   * @throws ApiError if the API server rejects it; SecretConflictError
   */
  async issue(
    binding: AccountBinding,
    existing: TokenSecretRef | undefined,
    lifetime: number | undefined,
  ): Promise<{ secret: StoredSecret; isNew: boolean }> {
    const { uid, found } =
      existing === undefined ? await this.#makeSecret(binding) : { uid: existing.uid, found: undefined };
    if (found !== undefined) return { secret: found, isNew: false };
    const token = await this.#request(binding, uid, lifetime);
    return { secret: await this.patchMetadata(binding, uid, token), isNew: true };
  }

  /** Writes a token into its Secret, with its user name and labels. */
  async patchMetadata(binding: AccountBinding, uid: string, token: string): Promise<StoredSecret> {
    const data = { [TOKEN_KEY]: encode(token), [USERNAME_KEY]: encode(binding.username) };
    const secret = { ...secretOf(binding), data };
    const path = secretPath(binding.secret.namespace, binding.secret.name);
    return (await this.kube.apply(path, { ...secret, metadata: { ...secret.metadata, uid } })) as StoredSecret;
  }

  /** Deletes a token Secret if it exists. */
  async drop({ namespace, name, uid }: TokenSecretRef): Promise<void> {
    try {
      await this.kube.delete(secretPath(namespace, name), uid);
    } catch (error) {
      // 409: it was deleted, and another one has its name.
      if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 409)) throw error;
    }
  }

  /** @returns its uid, and the Secret if it existed */
  async #makeSecret(binding: AccountBinding): Promise<{ uid: string; found: StoredSecret | undefined }> {
    const { namespace, name } = binding.secret;
    try {
      const made = (await this.kube.create(secretsPath(namespace), secretOf(binding))) as StoredSecret;
      return { uid: made.metadata.uid ?? '', found: undefined };
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      const found = (await this.kube.get(secretPath(namespace, name))) as StoredSecret | undefined;
      if (found !== undefined && isOurs(found, binding)) return { uid: found.metadata.uid ?? '', found };
      const stranger = found && binding.isLocal ? toTokenSecretRef(found.metadata) : undefined;
      // The token of a local role has priority over that of a role of another namespace.
      if (stranger !== undefined && stranger.clusterNamespace !== namespace) {
        await this.drop(stranger);
        return this.#makeSecret(binding);
      }
      throw new SecretConflictError(`the Secret ${namespace}/${name} belongs to another owner; delete or rename it`);
    }
  }

  async #request(
    { account, purpose, secret }: AccountBinding,
    secretUid: string,
    lifetime: number | undefined,
  ): Promise<string> {
    const request = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: [tokenAudience(purpose.cluster, purpose.clusterNamespace)],
        boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: secret.name, uid: secretUid },
        ...(lifetime === undefined ? {} : { expirationSeconds: lifetime }),
      },
    };
    const answer = await this.kube.create(tokenRequestPath(account.namespace, account.name), request);
    return (answer as { status: { token: string } }).status.token;
  }
}

/** The Secret without its content. In the role's namespace the garbage collector deletes it with the role. */
function secretOf({ secret, purpose, isLocal }: AccountBinding): {
  apiVersion: 'v1';
  kind: 'Secret';
  metadata: object;
} {
  const { role, roleUid } = purpose;
  const owner = { ...NATS_SERVICE_ROLE, name: role, uid: roleUid };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...secret, ...tokenLabels(purpose), ...(isLocal ? { ownerReferences: [owner] } : {}) },
  };
}

/** A Secret that the watch has not delivered yet. */
function isOurs({ metadata }: StoredSecret, { purpose }: AccountBinding): boolean {
  const marked = toTokenSecretRef(metadata);
  return marked?.roleUid === purpose.roleUid && marked.cluster === purpose.cluster;
}

const encode = (text: string): string => Buffer.from(text).toString('base64');
