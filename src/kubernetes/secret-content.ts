import { ownField } from '../json/own-field';

/** What a Secret holds, as the API server gives it. Never to be logged, nor put into an Event or a status. */
export interface SecretContent {
  readonly type?: string;
  /** Base64 by key. */
  readonly data?: Readonly<Record<string, string>>;
}

/** The keys of a Secret, in an order that does not depend on who wrote it. */
export const keysOf = ({ data = {} }: SecretContent): string[] => Object.keys(data).sort();

/** The value under a key as text; undefined where there is none. */
export function textOf({ data }: SecretContent, key: string): string | undefined {
  const encoded = ownField(data, key);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
