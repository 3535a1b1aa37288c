import type { X509Certificate } from 'node:crypto';
import { posix } from 'node:path';
import { textOf, type SecretContent } from '../../kubernetes/secret-content';
import type { TlsFiles } from '../spec/tls-files';
import { findChainProblem, type ChainProblem } from './certificate-chain';
import type { CertificateDemands } from './certificate-requirements';
import {
  coversHost,
  dnsNames,
  isForUse,
  keyProblem,
  mayIssue,
  type CertificateUse,
  dateText,
  validityOf,
} from '../../x509/certificate';
import { countCertificates, readCertificates, readPrivateKey } from '../../x509/pem';
import { keyPlace, type SecretProblems } from './secret-problems';

/**
 * Reviews what one kind of connection finds in its Secret. Files that are named by a path outside of it can't be seen.
 *
 * @returns when something of it changes by time alone, in milliseconds since 1970
 */
export function validateCertificates(
  secret: SecretContent,
  files: TlsFiles,
  demands: CertificateDemands,
  now: Date,
  findings: SecretProblems,
): number[] {
  const material = new Material(secret, files, findings);
  const chain = material.certificates(files.cert, CHAIN);
  const authorities = material.certificates(files.ca, AUTHORITIES);
  material.key(chain?.[0]);
  if (files.ca === undefined && demands.verifies !== undefined) reportNoAuthority(demands.verifies, findings);
  if (chain?.[0] !== undefined) reviewCertificate(chain[0], keyIn(files, files.cert), demands, findings);
  const problem = chain && reviewChain(chain, authorities, demands, now);
  if (problem !== undefined) {
    const unsigned: ChainProblem = {
      reason: 'Invalid',
      message: `is not signed by key "${keyIn(files, files.ca ?? '')}"`,
    };
    const { reason, message } = problem === 'unsigned' ? unsigned : problem;
    findings.add(reason, keyPlace(keyIn(files, files.cert)), message);
  }
  if (demands.verifies === 'clients' && authorities?.every(authority => !mayIssue(authority, true)))
    findings.warn(
      'Warning',
      keyPlace(keyIn(files, files.ca ?? '')),
      'has no CA, so that only the certificates in it themselves are accepted',
    );
  return [
    ...(chain ?? []).slice(0, 1).flatMap(leaf => reviewValidity(leaf, keyIn(files, files.cert), now, findings)),
    ...(chain ?? []).slice(1).flatMap(issuer => validityOf(issuer, now).until ?? []),
    ...validateCAs(authorities ?? [], keyIn(files, files.ca ?? ''), now, problem === undefined ? findings : undefined),
  ];
}

/** A server that verifies without a configured CA uses those of its image, and the official image has none. */
function reportNoAuthority(verified: string, findings: SecretProblems): void {
  const hint = `add the certificate of the CA that signed theirs as "${AUTHORITY_KEY}", or set the CA file name in spec.tls to a file of the container`;
  findings.add(
    'Missing',
    '',
    `has no key "${AUTHORITY_KEY}", without which servers cannot verify the certificates of ${verified}`,
    hint,
  );
}

/** Where a CA is optional, the type of the Secret determines its key. */
const AUTHORITY_KEY = 'ca.crt';

/**
 * Where both ends have the same CA, the whole chain is verified. The CAs that other clients trust are unknown: of their chain only the beginning is here.
 */
function reviewChain(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[] | undefined,
  { ownAuthority, mutual }: CertificateDemands,
  now: Date,
): ChainProblem | 'unsigned' | undefined {
  const uses: readonly CertificateUse[] = mutual ? ['client', 'server'] : ['server'];
  if (ownAuthority && authorities !== undefined) return findChainProblem(chain, { authorities, uses, now });
  const [leaf, ...others] = chain;
  const issuers = others.filter(other => leaf?.checkIssued(other));
  return leaf && findChainProblem([leaf, ...issuers], { authorities: undefined, uses, now });
}

/** A path below the Secret's folder as a key of the Secret. */
const keyIn = ({ folder }: TlsFiles, path: string): string => posix.relative(folder, path);

const isInSecret = (files: TlsFiles, path: string): boolean => !keyIn(files, path).startsWith('..');

/** How many certificates a file may hold; each is compared with all others during verification. */
interface CertificateLimit {
  readonly count: number;
  readonly hint: string;
}

/** Real chains are not longer: public CAs have two or three levels. */
const CHAIN: CertificateLimit = {
  count: 10,
  hint: 'keep the certificate itself and those of the intermediate CAs',
};

/** The bundle of all public CAs, as distributions ship it, has some 150. */
const AUTHORITIES: CertificateLimit = { count: 200, hint: 'keep the CAs that sign certificates of these connections' };

class Material {
  constructor(
    private readonly secret: SecretContent,
    private readonly files: TlsFiles,
    private readonly findings: SecretProblems,
  ) {}

  /** The certificates of a file; undefined where it is not in the Secret, unreadable or too many. */
  certificates(path: string | undefined, { count, hint }: CertificateLimit): readonly X509Certificate[] | undefined {
    const text = this.#text(path);
    if (path === undefined || text === undefined) return undefined;
    const found = countCertificates(text);
    if (found > count) {
      this.#invalid(path, `has ${found} certificates, and ${count} at most are read`, hint);
      return undefined;
    }
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
      return;
    }
    const problem = keyProblem(key);
    if (problem !== undefined) this.#invalid(this.files.key, problem);
    else if (certificate !== undefined && !certificate.checkPrivateKey(key))
      this.#invalid(this.files.key, `does not match the certificate in key "${keyIn(this.files, this.files.cert)}"`);
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

  #invalid(path: string, message: string, hint?: string): void {
    this.findings.add('Invalid', keyPlace(keyIn(this.files, path)), message, hint);
  }
}

function reviewCertificate(
  certificate: X509Certificate,
  key: string,
  { hosts, mutual }: CertificateDemands,
  findings: SecretProblems,
): void {
  const place = keyPlace(key);
  const uses: readonly CertificateUse[] = mutual ? ['client', 'server'] : ['server'];
  for (const use of uses.filter(one => !isForUse(certificate, one)))
    findings.add('Invalid', place, `is not for ${use} use`, 'extended key usage lacks it');
  const names = dnsNames(certificate);
  for (const { desired, use, needed } of hosts.filter(host => !coversHost(names, host.name))) {
    const hint = names.length === 0 ? 'it has no DNS names' : `it is valid for ${names.slice(0, 5).join(', ')}`;
    if (needed) findings.add('Invalid', place, `does not cover ${desired}, ${use}`, hint);
    else findings.warn('Warning', place, `does not cover ${desired}, ${use}`, hint);
  }
}

function reviewValidity(certificate: X509Certificate, key: string, now: Date, findings: SecretProblems): number[] {
  const { validity, until } = validityOf(certificate, now);
  const [from, to] = [dateText(certificate.validFrom), dateText(certificate.validTo)];
  if (validity === 'expired') findings.add('Expired', keyPlace(key), `expired at ${to}`, 'renew the certificate');
  if (validity === 'early') findings.add('NotYetValid', keyPlace(key), `is not valid before ${from}`);
  if (validity === 'expiring')
    findings.warn('Expiring', keyPlace(key), `expires soon, at ${to}`, 'renew the certificate');
  return until === undefined ? [] : [until];
}

/**
 * A bundle may have expired CAs, as long as one is valid.
 *
 * @param findings undefined where it is said already that none has signed
 */
function validateCAs(
  authorities: readonly X509Certificate[],
  key: string,
  now: Date,
  findings: SecretProblems | undefined,
): number[] {
  const validities = authorities.map(authority => validityOf(authority, now));
  const [last] = authorities;
  if (last !== undefined && validities.every(({ validity }) => validity === 'expired')) {
    findings?.add('Expired', keyPlace(key), `has only CAs that have expired, the first at ${dateText(last.validTo)}`);
  }
  return validities.flatMap(({ until }) => until ?? []);
}
