import type { JsonObject } from '../../json/json-object';
import { isAtLeast, parseServerVersion } from '../../nats/server-version';
import { invalid, parse, readIdentity, readNames, readObject, type ServerIdentity } from './answers';
import { apiCodes, forAccount, outcome, succeed, tokens } from './api-request';
import type { SystemAccess } from '../jetstream/system-access';
import { SystemConnection, type SystemTimeouts } from './system-connection';
import { SystemRequestError } from './system-request-error';

const TIMEOUTS: SystemTimeouts = { connect: 2_000, request: 5_000, idle: 5_000 };

/** Streams of one account. */
const MOST_STREAMS = 100_000;

/**
 * How a move begins; that it has ended can only be observed. `NotOnServer`: the stream has no replica there. `NoPeers`: no other server can take it, and nothing
 * has changed.
 */
export type MoveResult = 'Moving' | 'NotOnServer' | 'NoStream' | 'NoPeers';

/**
 * Speaks NATS to the servers of a cluster as the operator's own user. Of a meta group only the leader answers, so that a request in an election has no answer;
 * and one without an answer may have been carried out.
 *
 * All methods throw SystemRequestError, and nothing else.
 */
export class SystemClient {
  readonly #connection: SystemConnection;
  readonly #timeouts: SystemTimeouts;

  constructor(access: SystemAccess, timeouts: Partial<SystemTimeouts> = {}) {
    this.#timeouts = { ...TIMEOUTS, ...timeouts };
    this.#connection = new SystemConnection(access, this.#timeouts);
  }

  /** The server that is connected to. */
  async serverInfo(): Promise<ServerIdentity> {
    const request = 'connect';
    return this.#connection.use(request, async ({ info }) =>
      Promise.resolve(
        readIdentity(request, { server: { id: info?.server_id, name: info?.server_name, ver: info?.version } }),
      ),
    );
  }

  /** The streams of an account, those without a leader included. */
  async streamNames(account: string): Promise<readonly string[]> {
    const request = `list streams of ${account}`;
    const names = new Set<string>();
    for (let total = Infinity; names.size < total; ) {
      const answer = await this.#api(request, '$JS.API.STREAM.NAMES', { offset: names.size }, account);
      const page = readNames(request, succeed(request, answer));
      const before = names.size;
      for (const name of page.names) names.add(name);
      total = page.total;
      if (total > MOST_STREAMS) throw invalid(request, `has more than ${MOST_STREAMS} streams`);
      // Streams may go while pages are read.
      if (names.size === before) break;
    }
    return [...names];
  }

  /**
   * Moves all streams and consumers of all accounts off a server; from 2.15 on. It is also done where no server is left to take them, so that this has to be
   * known before.
   */
  async evacuate(peer: string): Promise<'Moving' | 'NotMember'> {
    const request = `evacuate ${peer}`;
    if (!(await this.#isAtLeast('2.15.0')))
      throw new SystemRequestError('Unsupported', request, 'servers before 2.15 move one stream at a time');
    const answer = await this.#api(request, '$JS.API.SERVER.EVACUATE', { peer });
    return outcome(request, answer, 'Moving', { [apiCodes.serverNotMember]: 'NotMember' });
  }

  /**
   * Moves a stream, with its consumers and its messages, off a server.
   *
   * @param account by its name, or its public key where accounts come by JWT
   * @param tags which the server that takes it has to have, for this move
   */
  async moveStream(
    account: string,
    stream: string,
    { server, tags }: { readonly server: string; readonly tags?: readonly string[] },
  ): Promise<MoveResult> {
    const request = `move stream ${account}/${stream} off ${server}`;
    const subject = `$JS.API.ACCOUNT.STREAM.MOVE.${tokens(request, account, stream)}`;
    const answer = await this.#api(request, subject, { server, ...(tags === undefined ? {} : { tags }) });
    return outcome<MoveResult>(request, answer, 'Moving', {
      [apiCodes.moveInProgress]: 'Moving',
      [apiCodes.peerNotMember]: 'NotOnServer',
      [apiCodes.streamNotFound]: 'NoStream',
      [apiCodes.noPeers]: 'NoPeers',
    });
  }

  /** Takes a move back. */
  async cancelMove(account: string, stream: string): Promise<'Cancelled' | 'NotMoving' | 'NoStream'> {
    const request = `cancel the move of stream ${account}/${stream}`;
    const subject = `$JS.API.ACCOUNT.STREAM.CANCEL_MOVE.${tokens(request, account, stream)}`;
    const answer = await this.#api(request, subject, {});
    return outcome(request, answer, 'Cancelled', {
      [apiCodes.moveNotInProgress]: 'NotMoving',
      [apiCodes.streamNotFound]: 'NoStream',
    });
  }

  /**
   * Takes a server out of the meta group, whether it runs or not. **Streams with a single replica on it lose their messages**, so that there must be none. Its name is
   * shut out for five minutes. Before 2.15 it has only been proposed when the answer comes, which a leader without a quorum does too: the size of the group shows
   * that it is done.
   */
  async removePeer(name: string): Promise<'Removed' | 'NotMember'> {
    const request = `remove peer ${name}`;
    const answer = await this.#api(request, '$JS.API.SERVER.REMOVE', { peer: name });
    return outcome(request, answer, 'Removed', { [apiCodes.serverNotMember]: 'NotMember' });
  }

  /** Closes the connection, if there is one. */
  close(): void {
    this.#connection.close();
  }

  /** @param account whose JetStream the request is for, as servers tell each other; without it, the system account's */
  async #api(request: string, subject: string, body?: object, account?: string): Promise<JsonObject> {
    const options = {
      timeout: this.#timeouts.request,
      ...(account === undefined ? {} : { headers: forAccount(account) }),
    };
    const payload = body === undefined ? '' : JSON.stringify(body);
    return this.#connection.use(request, async connection =>
      readObject(request, parse(request, (await connection.request(subject, payload, options)).data)),
    );
  }

  async #isAtLeast(release: string): Promise<boolean> {
    const { version } = await this.serverInfo();
    const parsed = parseServerVersion(version);
    return parsed !== undefined && isAtLeast(parsed, release);
  }
}
