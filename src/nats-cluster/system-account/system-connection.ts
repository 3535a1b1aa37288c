import { errors, nkeyAuthenticator, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { SYSTEM_INBOX } from '../config/system-account';
import type { SystemAccess } from '../jetstream/system-access';
import { SERVER_CIPHERS } from '../monitoring/server-ciphers';
import { connectBounded, MAX_CONNECTION_BYTES } from './bounded-transport';
import { SystemRequestError, type SystemRequestFailure } from './system-request-error';

/** In milliseconds. */
export interface SystemTimeouts {
  /** For each server that is tried. */
  readonly connect: number;
  /** For an answer. */
  readonly request: number;
  /** How long a connection that nobody uses stays. */
  readonly idle: number;
}

/** Each may take the whole timeout to not answer. */
const MOST_TRIED = 5;

/** A connection that is made when it is needed, and closed a while later. */
export class SystemConnection {
  #connection: Promise<NatsConnection> | undefined;
  #opened: NatsConnection | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly access: SystemAccess,
    private readonly timeouts: SystemTimeouts,
  ) {}

  /**
   * Works with the connection.
   *
   * @param request what is done, as a reader would say it
   * @throws SystemRequestError
   */
  async use<T>(request: string, work: (connection: NatsConnection) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    if (this.#users === 0 && this.#isSpent()) this.close();
    this.#users += 1;
    try {
      return await work(await (this.#connection ??= this.#connect()));
    } catch (error) {
      const failed = toRequestError(request, error);
      // What gives no answer may be a connection that is dead.
      if (this.#users === 1 && failed.failure === 'NoAnswer') this.close();
      throw failed;
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => this.close(), this.timeouts.idle).unref();
    }
  }

  /** Closes the connection; the next use makes another one. */
  close(): void {
    clearTimeout(this.#idle);
    const connection = this.#connection;
    this.#connection = undefined;
    this.#opened = undefined;
    connection?.then(async opened => opened.close()).catch(() => undefined);
  }

  async #connect(): Promise<NatsConnection> {
    try {
      const opened = await connectBounded(this.#options());
      this.#opened = opened;
      return opened;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  /** It is closed, or has received so much that the next answers might be too much. */
  #isSpent(): boolean {
    const opened = this.#opened;
    return opened !== undefined && (opened.isClosed() || opened.stats().inBytes > MAX_CONNECTION_BYTES / 2);
  }

  #options(): ConnectionOptions {
    const { servers, seed, tls } = this.access;
    return {
      servers: servers.slice(0, MOST_TRIED),
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      name: 'nats-operator',
      inboxPrefix: SYSTEM_INBOX,
      timeout: this.timeouts.connect,
      reconnect: false,
      noRandomize: true,
      ignoreClusterUpdates: true,
      // Without TLS the client would use what a server offers, and trust the authorities of this image.
      tls: tls === undefined ? null : ({ ...tls, ciphers: SERVER_CIPHERS } as ConnectionOptions['tls'] & object),
    };
  }
}

function toRequestError(request: string, error: unknown): SystemRequestError {
  if (error instanceof SystemRequestError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new SystemRequestError(failureOf(error), request, words);
}

function failureOf(error: unknown): SystemRequestFailure {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  const isOne = (kind: new (...args: never[]) => Error): boolean => causes.some(cause => cause instanceof kind);
  if (isOne(errors.NoRespondersError)) return 'NoResponders';
  if (isOne(errors.PermissionViolationError) || isOne(errors.AuthorizationError)) return 'NotAuthorized';
  if (isOne(errors.TimeoutError)) return 'NoAnswer';
  return 'Unreachable';
}
