import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { readCertificates } from '../../x509/pem';
import { issueAuthority, issueLeaf, type Lifetime } from './issue-certificate';
import { belongsTo, usableLeaf, type ServingMaterial } from './key-pair';

/** What the operator's own Secret holds. */
export interface OwnMaterial extends ServingMaterial {
  /** The key of the newest authority: by it leaves are renewed while the API server goes on trusting the same. */
  readonly authorityKey: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AUTHORITY_LIFE = 3650 * DAY;
const LEAF_LIFE = 90 * DAY;
/** A leaf is renewed when so much of its life is left, an authority while it still outlives two leaves. */
const LEAF_NOTICE = LEAF_LIFE / 3;
const AUTHORITY_NOTICE = 2 * LEAF_LIFE;
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
export function dueRenewal(
  material: OwnMaterial | undefined,
  names: readonly string[],
  now: Date,
): Renewal | undefined {
  const newest = material === undefined ? undefined : newestAuthority(material);
  if (material === undefined || newest === undefined || left(newest, now) < AUTHORITY_NOTICE) return 'authority';
  const leaf = usableLeaf(material);
  if (leaf === undefined || left(leaf, now) < LEAF_NOTICE || !names.every(name => isFor(leaf, name))) return 'leaf';
  if (leaf.verify(newest.publicKey)) return undefined;
  const isSpread = now.getTime() - Date.parse(newest.validFrom) > BACKDATED + SPREAD;
  return isSpread || !vouchers(material).some(authority => leaf.verify(authority.publicKey)) ? 'leaf' : undefined;
}

/** The material after everything that is due has been done. */
export async function renewed(
  material: OwnMaterial | undefined,
  names: readonly string[],
  now: Date,
): Promise<OwnMaterial> {
  const renewal = dueRenewal(material, names, now);
  if (renewal === 'authority') return renewed(await withAuthority(material, now), names, now);
  if (renewal === undefined || material === undefined) return material ?? EMPTY;
  return renewed(await withLeaf(material, names, now), names, now);
}

const EMPTY: OwnMaterial = { authorities: '', authorityKey: '', certificate: '', key: '' };

async function withAuthority(material: OwnMaterial = EMPTY, now: Date): Promise<OwnMaterial> {
  const { certificate, key } = await issueAuthority(lifetime(now, AUTHORITY_LIFE));
  const former = vouchers(material).filter(authority => left(authority, now) > 0);
  return { ...material, authorities: [certificate, ...former.map(String)].join(''), authorityKey: key };
}

async function withLeaf(material: OwnMaterial, names: readonly string[], now: Date): Promise<OwnMaterial> {
  const authority = { certificate: String(newestAuthority(material)), key: material.authorityKey };
  return { ...material, ...(await issueLeaf(authority, names, lifetime(now, LEAF_LIFE))) };
}

const lifetime = (now: Date, length: number): Lifetime => ({
  from: new Date(now.getTime() - BACKDATED),
  to: new Date(now.getTime() + length),
});

const vouchers = ({ authorities }: OwnMaterial): readonly X509Certificate[] => readCertificates(authorities) ?? [];

/** The authority that new leaves come from; undefined where its key is not there. */
function newestAuthority(material: OwnMaterial): X509Certificate | undefined {
  const [newest] = vouchers(material);
  return newest !== undefined && belongsTo(newest, material.authorityKey) ? newest : undefined;
}

const left = ({ validTo }: X509Certificate, now: Date): number => Date.parse(validTo) - now.getTime();

const isFor = (leaf: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
