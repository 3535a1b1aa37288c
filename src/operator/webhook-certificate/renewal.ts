import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { readCertificates } from '../../x509/pem';
import { issueCA, issueServingCertificate, type Lifetime } from './issue-certificate';
import { belongsTo, usableCertificate, type KeyPair } from './key-pair';

/** The content of the operator's certificate Secret. */
export interface OwnKeyPair extends KeyPair {
  /** The key of the newest CA, with which serving certificates are renewed. */
  readonly authorityKey: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CA_LIFETIME_DAYS = 3650 * DAY;
const CERTIFICATE_LIFETIME_DAYS = 90 * DAY;
/**
 * Remaining lifetime at which a serving certificate is renewed; a CA while it still outlives two serving certificates.
 */
const CERTIFICATE_RENEWAL_DAYS = CERTIFICATE_LIFETIME_DAYS / 3;
const CA_RENEWAL_DAYS = 2 * CERTIFICATE_LIFETIME_DAYS;
/** Certificates are backdated because of clock skew. */
const BACKDATE_MS = HOUR;
/** Time until every API server trusts a new CA, before it issues serving certificates. */
const PROPAGATION_MS = HOUR;

/**
 * What to renew:
 * - `authority`: add a new CA to the trusted ones; the serving certificate stays
 * - `leaf`: issue a new serving certificate from the newest CA
 */
export type Renewal = 'authority' | 'leaf';

/** The renewal that is due, or undefined. `names` are the DNS names by which the API server calls the webhook. */
export function dueRenewal(material: OwnKeyPair | undefined, names: readonly string[], now: Date): Renewal | undefined {
  const newest = material === undefined ? undefined : newestCA(material);
  if (material === undefined || newest === undefined || remaining(newest, now) < CA_RENEWAL_DAYS) return 'authority';
  const leaf = usableCertificate(material);
  if (leaf === undefined || remaining(leaf, now) < CERTIFICATE_RENEWAL_DAYS || !names.every(name => isFor(leaf, name)))
    return 'leaf';
  if (leaf.verify(newest.publicKey)) return undefined;
  const isPropagated = now.getTime() - Date.parse(newest.validFrom) > BACKDATE_MS + PROPAGATION_MS;
  return isPropagated || !trustedCAs(material).some(authority => leaf.verify(authority.publicKey)) ? 'leaf' : undefined;
}

/** Performs all due renewals. */
export async function renew(
  material: OwnKeyPair | undefined,
  names: readonly string[],
  now: Date,
): Promise<OwnKeyPair> {
  const renewal = dueRenewal(material, names, now);
  if (renewal === 'authority') return renew(await withCA(material, now), names, now);
  if (renewal === undefined || material === undefined) return material ?? EMPTY;
  return renew(await withServingCertificate(material, names, now), names, now);
}

const EMPTY: OwnKeyPair = { authorities: '', authorityKey: '', certificate: '', key: '' };

async function withCA(material: OwnKeyPair = EMPTY, now: Date): Promise<OwnKeyPair> {
  const { certificate, key } = await issueCA(lifetime(now, CA_LIFETIME_DAYS));
  const former = trustedCAs(material).filter(authority => remaining(authority, now) > 0);
  return { ...material, authorities: [certificate, ...former.map(String)].join(''), authorityKey: key };
}

async function withServingCertificate(material: OwnKeyPair, names: readonly string[], now: Date): Promise<OwnKeyPair> {
  const authority = { certificate: String(newestCA(material)), key: material.authorityKey };
  return {
    ...material,
    ...(await issueServingCertificate(authority, names, lifetime(now, CERTIFICATE_LIFETIME_DAYS))),
  };
}

const lifetime = (now: Date, length: number): Lifetime => ({
  from: new Date(now.getTime() - BACKDATE_MS),
  to: new Date(now.getTime() + length),
});

const trustedCAs = ({ authorities }: OwnKeyPair): readonly X509Certificate[] => readCertificates(authorities) ?? [];

/** The CA that issues new serving certificates; undefined if its key is missing. */
function newestCA(material: OwnKeyPair): X509Certificate | undefined {
  const [newest] = trustedCAs(material);
  return newest !== undefined && belongsTo(newest, material.authorityKey) ? newest : undefined;
}

const remaining = ({ validTo }: X509Certificate, now: Date): number => Date.parse(validTo) - now.getTime();

const isFor = (leaf: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
