import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { JsonObject } from '../../json/json-object';
import { readError } from './answers';
import { SystemRequestError } from './system-request-error';

/** Codes of JetStream's API (nats-server v2.15.2, server/jetstream_errors_generated.go), the same in all versions. */
export const apiCodes = {
  noPeers: 10005,
  peerNotMember: 10040,
  serverNotMember: 10044,
  streamNotFound: 10059,
  moveInProgress: 10124,
  moveNotInProgress: 10129,
} as const;

/**
 * What a request has led to.
 *
 * @param known the results that errors stand for, by their codes
 * @throws SystemRequestError for any other error
 */
export function outcome<const T extends string>(
  request: string,
  answer: JsonObject,
  success: T,
  known: Readonly<Record<number, T>>,
): T {
  const error = readError(answer);
  if (error === undefined) return success;
  const result = known[error.code];
  if (result === undefined) throw new SystemRequestError('Refused', request, error.words, error.code);
  return result;
}

/**
 * The answer, if it is a success.
 *
 * @throws SystemRequestError for an error
 */
export function succeed(request: string, answer: JsonObject): JsonObject {
  outcome(request, answer, 'success', {});
  return answer;
}

/**
 * Names as tokens of a subject.
 *
 * @throws SystemRequestError for a name that would be several, or a wildcard
 */
export function tokens(request: string, ...names: readonly string[]): string {
  if (names.every(name => /^[^\s.*>\p{Cc}]+$/u.test(name))) return names.join('.');
  throw new SystemRequestError('Unsupported', request, 'the name cannot be part of a subject');
}

/**
 * Has the system account's request handled for another account, as servers tell each other.
 *
 * @see nats-server, server/jetstream_api.go, getRequestInfo
 */
export function forAccount(account: string): MsgHdrs {
  const header = headers();
  header.set('Nats-Request-Info', JSON.stringify({ acc: account }));
  return header;
}
