import type { X509Certificate } from 'node:crypto';

/** The DNS names that a certificate is for; the common name counts no more. */
export function dnsNames({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .filter(name => name.startsWith('DNS:'))
    .map(name => name.slice('DNS:'.length).toLowerCase());
}

/** Whether one of the names covers the host; `*` stands for one whole first label. @see https://www.rfc-editor.org/rfc/rfc6125 */
export function coversHost(names: readonly string[], host: string): boolean {
  const wildcard = host.replace(/^[^.]+/, '*');
  return names.includes(host) || names.includes(wildcard);
}
