import type { Problem } from '../schema/problem';

/** Constraints for the URL of another server. */
export interface UrlRules {
  readonly schemes: readonly string[];
  /** The schemes that allow a path and a query. */
  readonly withPath?: readonly string[];
  /** A valid URL, for the hint. */
  readonly example: string;
}

/** Validates the URL of a server. Empty text counts as unset; text that is not a URL at all is rejected by the CRD. */
export function urlProblems(path: string, text: string | undefined, rules: UrlRules): Problem[] {
  const { schemes, withPath = [], example } = rules;
  const [, scheme = '', authority = '', rest = ''] = SHAPE.exec(text ?? '') ?? [];
  if (text === undefined || authority + rest === '') return [];
  const hint = `such as ${example}`;
  if (!URL.canParse(text) || BROKEN_ESCAPE.test(text))
    return [{ path, message: `is not a URL: "${redacted(text)}"`, hint }];
  return [
    ...(schemes.includes(scheme)
      ? []
      : [{ path, message: `must start with ${list(schemes)}, got ${scheme}://`, hint }]),
    ...authorityProblems(path, authority, hint),
    ...(['', '/'].includes(rest) || withPath.includes(scheme)
      ? []
      : [{ path, message: `must have no path, got ${rest}`, hint }]),
  ];
}

/** JavaScript's URL accepts hosts and credentials that Go rejects, with which nats-server would not start. */
function authorityProblems(path: string, authority: string, hint: string): Problem[] {
  const at = authority.lastIndexOf('@');
  const [credentials, host] = [authority.slice(0, Math.max(at, 0)), authority.slice(at + 1)];
  if (host === '') return [{ path, message: 'has no host', hint }];
  return [
    ...(HOST.test(host) ? [] : [{ path, message: `has an invalid host: "${host}"`, hint }]),
    ...(USERINFO.test(credentials)
      ? []
      : [
          {
            path,
            message: 'has credentials with characters that are not allowed in a URL',
            hint: 'percent-encode them, such as %7B for {',
          },
        ]),
  ];
}

/** Warns about credentials in a URL, which are visible to everyone who can read the object. */
export function urlWarnings(path: string, text: string | undefined, hint: string): Problem[] {
  const url = text === undefined ? undefined : parseUrl(text);
  if (url === undefined || (url.username === '' && url.password === '')) return [];
  return [{ path, message: 'contains credentials, which are visible to everyone who can read this object', hint }];
}

/** The host of a URL; undefined if there is none. */
export function hostOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseUrl(text)?.hostname;
}

/** Scheme, authority (credentials, host and port), and the rest. */
const SHAPE = /^([a-z][a-z0-9+.-]*):\/\/([^/?# ]*)((?:[/?#][^ ]*)?)$/;

/**
 * A host name, an IPv4 address or an IPv6 address in brackets, with an optional port. URL has validated IPv6 addresses.
 */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/;

/** @see https://github.com/golang/go/blob/go1.26.0/src/net/url/url.go, validUserinfo */
const USERINFO = /^[A-Za-z0-9._~!$&'()*+,;=%@:-]*$/;

/** @see https://pkg.go.dev/net/url#Parse */
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const redacted = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@');

const list = (schemes: readonly string[]): string => schemes.map(scheme => `${scheme}://`).join(' or ');
