import { ExpectedError } from '../../runtime/expected-error';
import { truncate } from '../../text/truncate';

/**
 * Why a request as the operator's own user failed:
 *
 * - `Unreachable`: no server could be connected to, or the connection broke.
 * - `NotAuthorized`: the servers don't know the user, or it may not do this.
 * - `NoAnswer`: nobody answered in time, as in an election. It may have been carried out all the same.
 * - `NoResponders`: no server listens for such a request: that server is gone, or too old.
 * - `Unsupported`: the servers' version does not have it, or the name cannot be part of a request.
 * - `Refused`: the servers say why.
 * - `InvalidAnswer`: the answer is none that a NATS server gives, or is too long.
 */
export type SystemRequestFailure =
  | 'Unreachable'
  | 'NotAuthorized'
  | 'NoAnswer'
  | 'NoResponders'
  | 'Unsupported'
  | 'Refused'
  | 'InvalidAnswer';

/** Bytes of a server's own words that are kept. */
const MAX_WORDS = 512;

/** Whatever image a NatsCluster names may have written the message, so that it has to be redacted before it is shown. */
export class SystemRequestError extends ExpectedError {
  override readonly name = 'SystemRequestError';

  /**
   * @param request what was asked for, as a reader would say it
   * @param code the code of JetStream's API that the servers refused it with
   */
  constructor(
    readonly failure: SystemRequestFailure,
    request: string,
    words: string,
    readonly code?: number,
  ) {
    super(`${request}: ${truncate(words, MAX_WORDS)}`);
  }
}
