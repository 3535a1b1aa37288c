import { ownField } from '../json/own-field';

/** The content of a Secret as the API server returns it. Must never be logged or written to an Event or a status. */
export interface SecretContent {
  readonly type?: string;
  /** Base64-encoded values by key. */
  readonly data?: Readonly<Record<string, string>>;
}

/** The sorted keys of a Secret. */
export const keysOf = ({ data = {} }: SecretContent): string[] => Object.keys(data).sort();

/** The decoded value of a key; undefined if it is missing. */
export function textOf({ data }: SecretContent, key: string): string | undefined {
  const encoded = ownField(data, key);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
