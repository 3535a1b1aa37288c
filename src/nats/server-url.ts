import type { Problem } from '../schema/problem';

/** What a URL to other servers may look like. */
export interface UrlRules {
  readonly schemes: readonly string[];
  /** Those of the schemes whose URLs may have a path, a query and so on. */
  readonly withPath?: readonly string[];
  /** A right one, for the hint. */
  readonly example: string;
}

/** Where a server's URL is wrong; empty text counts as absent, and what is no URL at all is the CRD's to say. */
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

/** JavaScript's URL lets pass hosts and logins that Go refuses, and the server would not start. */
function authorityProblems(path: string, authority: string, hint: string): Problem[] {
  const at = authority.lastIndexOf('@');
  const [login, host] = [authority.slice(0, Math.max(at, 0)), authority.slice(at + 1)];
  if (host === '') return [{ path, message: 'names no host', hint }];
  return [
    ...(HOST.test(host) ? [] : [{ path, message: `names no host that a server can dial: "${host}"`, hint }]),
    ...(LOGIN.test(login)
      ? []
      : [
          {
            path,
            message: 'has a login with characters that can not stand in a URL',
            hint: 'write them as % and two hexadecimal digits, such as %7B for {',
          },
        ]),
  ];
}

/** Warns of a login in a URL: everybody who may read the object reads it too. */
export function urlWarnings(path: string, text: string | undefined, hint: string): Problem[] {
  const url = text === undefined ? undefined : parseUrl(text);
  if (url === undefined || (url.username === '' && url.password === '')) return [];
  return [{ path, message: 'holds a login, which whoever may read this object can read', hint }];
}

/** The URL's host; undefined where there is none. */
export function hostOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseUrl(text)?.hostname;
}

/** Scheme, login with host and port, and what follows them. */
const SHAPE = /^([a-z][a-z0-9+.-]*):\/\/([^/?# ]*)((?:[/?#][^ ]*)?)$/;

/** A name, an IPv4 address or an IPv6 address in brackets, which URL has looked into; each with a port or without. */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/;

/** @see https://github.com/golang/go/blob/go1.26.0/src/net/url/url.go, validUserinfo */
const LOGIN = /^[A-Za-z0-9._~!$&'()*+,;=%@:-]*$/;

/** @see https://pkg.go.dev/net/url#Parse */
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const redacted = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@');

const list = (schemes: readonly string[]): string => schemes.map(scheme => `${scheme}://`).join(' or ');
