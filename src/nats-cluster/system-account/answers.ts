import { isJsonObject, type JsonObject } from '../../json/json-object';
import { hasMoreValues } from '../../json/json-values';
import { isServerId } from '../monitoring/server-ids';
import { SystemRequestError } from './system-request-error';

/** What a server says of itself. */
export interface ServerIdentity {
  readonly id: string;
  readonly name: string;
  /** `2.15.2` */
  readonly version: string;
}

/** A page of names. */
export interface NamesPage {
  readonly names: readonly string[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** Characters of a name: NATS itself allows 255. */
const LONGEST_NAME = 255;

/** A page of names has 1,024. */
const MAX_BYTES = 1_000_000;
const MAX_VALUES = 20_000;

/**
 * Parses what a server has answered.
 *
 * @throws SystemRequestError where it is not JSON, or too long
 */
export function parse(request: string, data: Uint8Array): unknown {
  if (data.length > MAX_BYTES) throw invalid(request, `the answer has more than ${MAX_BYTES} bytes`);
  const text = new TextDecoder().decode(data);
  if (hasMoreValues(text, MAX_VALUES)) throw invalid(request, `the answer has more than ${MAX_VALUES} values`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(request, 'the answer is not JSON');
  }
}

/**
 * Reads an answer of JetStream's API.
 *
 * @returns the code of the error that it reports, and of what it is; undefined where it is a success
 */
export function readError(answer: JsonObject): { readonly code: number; readonly words: string } | undefined {
  if (!isJsonObject(answer.error)) return undefined;
  const { err_code: specific, code, description } = answer.error;
  const number = [specific, code].find(value => typeof value === 'number');
  return { code: number ?? 0, words: typeof description === 'string' ? description : 'an error without a description' };
}

/** @throws SystemRequestError where the answer is none of a server */
export function readIdentity(request: string, answer: unknown): ServerIdentity {
  const { server } = readObject(request, answer);
  const { id, name, ver: version } = isJsonObject(server) ? server : {};
  if (!isServerId(id) || !isName(name) || !isName(version))
    throw invalid(request, 'the answer is none of a NATS server');
  return { id, name, version };
}

/** @throws SystemRequestError where the answer is none of a server */
export function readNames(request: string, answer: JsonObject): NamesPage {
  const { streams, total } = answer;
  const names: unknown[] = Array.isArray(streams) ? streams : [];
  if (!Number.isSafeInteger(total) || !names.every(isName)) throw invalid(request, 'the answer is not a list of names');
  return { names: names.filter(isName), total: Number(total) };
}

/** @throws SystemRequestError where it is no object */
export function readObject(request: string, answer: unknown): JsonObject {
  if (!isJsonObject(answer)) throw invalid(request, 'the answer is not a JSON object');
  return answer;
}

export const invalid = (request: string, words: string): SystemRequestError =>
  new SystemRequestError('InvalidAnswer', request, words);

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_NAME;
