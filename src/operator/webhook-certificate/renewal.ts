import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { readCertificates } from '../../x509/pem';
import { issueCA, issueServingCertificate, type Lifetime } from './issue-certificate';
import { belongsTo, usableCertificate, type KeyPair } from './key-pair';

/** What the operator's own Secret holds. */
export interface OwnKeyPair extends KeyPair {
  /** The key of the newest authority: by it leaves are renewed while the API server goes on trusting the same. */
  readonly authorityKey: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CA_LIFETIME_DAYS = 3650 * DAY;
const CERTIFICATE_LIFETIME_DAYS = 90 * DAY;
/** A leaf is renewed when so much of its life is left, an authority while it still outlives two leaves. */
const CERTIFICATE_RENEWAL_DAYS = CERTIFICATE_LIFETIME_DAYS / 3;
const CA_RENEWAL_DAYS = 2 * CERTIFICATE_LIFETIME_DAYS;
/** Clocks differ: what is issued has been valid for a while already. */
const BACKDATED = HOUR;
/** By then every API server has been told of a new authority, so that leaves may come from it. */
const SPREAD = HOUR;

/**
 * What to do about the material of a Secret:
 * - `authority`: a new authority joins those that are trusted; what is served stays
 * - `leaf`: a new leaf, by the newest authority
 */
export type Renewal = 'authority' | 'leaf';

/** What is due; undefined where nothing is. `names` are what the API server calls the webhook. */
export function dueRenewal(material: OwnKeyPair | undefined, names: readonly string[], now: Date): Renewal | undefined {
  const newest = material === undefined ? undefined : newestCA(material);
  if (material === undefined || newest === undefined || left(newest, now) < CA_RENEWAL_DAYS) return 'authority';
  const leaf = usableCertificate(material);
  if (leaf === undefined || left(leaf, now) < CERTIFICATE_RENEWAL_DAYS || !names.every(name => isFor(leaf, name)))
    return 'leaf';
  if (leaf.verify(newest.publicKey)) return undefined;
  const isSpread = now.getTime() - Date.parse(newest.validFrom) > BACKDATED + SPREAD;
  return isSpread || !trustedCAs(material).some(authority => leaf.verify(authority.publicKey)) ? 'leaf' : undefined;
}

/** The material after everything that is due has been done. */
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
  const former = trustedCAs(material).filter(authority => left(authority, now) > 0);
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
  from: new Date(now.getTime() - BACKDATED),
  to: new Date(now.getTime() + length),
});

const trustedCAs = ({ authorities }: OwnKeyPair): readonly X509Certificate[] => readCertificates(authorities) ?? [];

/** The authority that new leaves come from; undefined where its key is not there. */
function newestCA(material: OwnKeyPair): X509Certificate | undefined {
  const [newest] = trustedCAs(material);
  return newest !== undefined && belongsTo(newest, material.authorityKey) ? newest : undefined;
}

const left = ({ validTo }: X509Certificate, now: Date): number => Date.parse(validTo) - now.getTime();

const isFor = (leaf: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
