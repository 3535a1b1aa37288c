import type { X509Certificate } from 'node:crypto';
import { posix } from 'node:path';
import { textOf, type SecretContent } from '../secret-content';
import type { TlsFiles } from '../tls-files';
import { isSignedBy } from './certificate-chain';
import type { CertificateDemands } from './certificate-demands';
import { coversHost, dnsNames } from './certificate-names';
import { dateText, validityOf } from './certificate-validity';
import { readCertificates, readPrivateKey } from './pem';
import { keyPlace, type SecretFindings } from './secret-findings';

/**
 * Reviews what one kind of connection finds in its Secret. Files that are named by a path outside of it can't be seen.
 *
 * @returns when something of it changes by time alone, in milliseconds since 1970
 */
export function reviewCertificates(
  secret: SecretContent,
  files: TlsFiles,
  demands: CertificateDemands,
  now: Date,
  findings: SecretFindings,
): number[] {
  const material = new Material(secret, files, findings);
  const chain = material.certificates(files.cert);
  const authorities = material.certificates(files.ca);
  material.key(chain?.[0]);
  if (chain?.[0] !== undefined) reviewCertificate(chain[0], keyIn(files, files.cert), demands, findings);
  if (chain !== undefined && authorities !== undefined && demands.ownAuthority && !isSignedBy(chain, authorities)) {
    findings.add(
      'Invalid',
      keyPlace(keyIn(files, files.cert)),
      `is not signed by key "${keyIn(files, files.ca ?? '')}"`,
    );
  }
  return [
    ...(chain ?? []).slice(0, 1).flatMap(leaf => reviewValidity(leaf, keyIn(files, files.cert), now, findings)),
    ...reviewAuthorities(authorities ?? [], keyIn(files, files.ca ?? ''), now, findings),
  ];
}

/** A path below the Secret's folder as a key of the Secret. */
const keyIn = ({ folder }: TlsFiles, path: string): string => posix.relative(folder, path);

const isInSecret = (files: TlsFiles, path: string): boolean => !keyIn(files, path).startsWith('..');

class Material {
  constructor(
    private readonly secret: SecretContent,
    private readonly files: TlsFiles,
    private readonly findings: SecretFindings,
  ) {}

  /** The certificates of a file; undefined where it is not in the Secret or unreadable. */
  certificates(path: string | undefined): readonly X509Certificate[] | undefined {
    const text = this.#text(path);
    if (path === undefined || text === undefined) return undefined;
    const certificates = readCertificates(text);
    if (certificates === undefined) this.#invalid(path, 'holds no certificate in PEM form, or one that is damaged');
    return certificates;
  }

  key(certificate: X509Certificate | undefined): void {
    const text = this.#text(this.files.key);
    if (text === undefined) return;
    const key = readPrivateKey(text);
    if (typeof key === 'string') {
      this.#invalid(this.files.key, key);
    } else if (certificate !== undefined && !certificate.checkPrivateKey(key)) {
      this.#invalid(this.files.key, `does not fit the certificate in key "${keyIn(this.files, this.files.cert)}"`);
    }
  }

  #text(path: string | undefined): string | undefined {
    if (path === undefined || !isInSecret(this.files, path)) return undefined;
    const key = keyIn(this.files, path);
    const text = textOf(this.secret, key);
    if (text === undefined) {
      const keys = Object.keys(this.secret.data ?? {}).sort();
      const hint = keys.length === 0 ? 'it is empty' : `it has ${keys.join(', ')}; spec.tls can name the files`;
      this.findings.add('Missing', '', `has no key "${key}"`, hint);
    }
    return text;
  }

  #invalid(path: string, message: string): void {
    this.findings.add('Invalid', keyPlace(keyIn(this.files, path)), message);
  }
}

const SERVER_USE = '1.3.6.1.5.5.7.3.1';
const CLIENT_USE = '1.3.6.1.5.5.7.3.2';

function reviewCertificate(
  certificate: X509Certificate,
  key: string,
  { hosts, mutual }: CertificateDemands,
  findings: SecretFindings,
): void {
  const place = keyPlace(key);
  // Without the extension, a certificate serves every use. Node's types know it as always there.
  const uses = certificate.keyUsage as readonly string[] | undefined;
  const missing = [...(mutual ? [[CLIENT_USE, 'client']] : []), [SERVER_USE, 'server']].filter(
    ([use = '']) => uses !== undefined && !uses.includes(use),
  );
  for (const [, use = ''] of missing)
    findings.add('Invalid', place, `is not for ${use} use`, 'extended key usage lacks it');
  const names = dnsNames(certificate);
  for (const { wanted, use, needed } of hosts.filter(host => !coversHost(names, host.name))) {
    const hint = names.length === 0 ? 'it has no DNS names' : `it is for ${names.slice(0, 5).join(', ')}`;
    if (needed) findings.add('Invalid', place, `does not cover ${wanted}, ${use}`, hint);
    else findings.warn('Doubtful', place, `does not cover ${wanted}, ${use}`, hint);
  }
}

function reviewValidity(certificate: X509Certificate, key: string, now: Date, findings: SecretFindings): number[] {
  const { validity, until } = validityOf(certificate, now);
  const [from, to] = [dateText(certificate.validFrom), dateText(certificate.validTo)];
  if (validity === 'expired') findings.add('Expired', keyPlace(key), `expired at ${to}`, 'renew the certificate');
  if (validity === 'early') findings.add('NotYetValid', keyPlace(key), `is not valid before ${from}`);
  if (validity === 'expiring')
    findings.warn('Expiring', keyPlace(key), `expires soon, at ${to}`, 'renew the certificate');
  return until === undefined ? [] : [until];
}

/** A bundle may hold authorities of yesterday, as long as one lives. */
function reviewAuthorities(
  authorities: readonly X509Certificate[],
  key: string,
  now: Date,
  findings: SecretFindings,
): number[] {
  const validities = authorities.map(authority => validityOf(authority, now));
  const [last] = authorities;
  if (last !== undefined && validities.every(({ validity }) => validity === 'expired')) {
    findings.add(
      'Expired',
      keyPlace(key),
      `holds only authorities that have expired, the first at ${dateText(last.validTo)}`,
    );
  }
  return validities.flatMap(({ until }) => until ?? []);
}
