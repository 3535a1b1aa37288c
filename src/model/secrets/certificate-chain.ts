import type { X509Certificate } from 'node:crypto';
import { isForUse, isSha1Signed, mayIssue, type CertificateUse } from './certificate-rules';
import { dateText, validityOf } from './certificate-validity';
import type { SecretFault } from './secret-findings';

/** Why nobody would believe a certificate, for one of those that vouch for it. */
export interface ChainProblem {
  readonly fault: SecretFault;
  readonly message: string;
}

/** What a chain is verified against. */
export interface ChainRules {
  /** Those who have to have signed, at the end of the chain; undefined where they are somebody else's to know. */
  readonly authorities: readonly X509Certificate[] | undefined;
  readonly uses: readonly CertificateUse[];
  readonly now: Date;
}

/**
 * Finds what is wrong with the way from a certificate, by those that come with it, to an authority: by the rules of Go's crypto/x509 that servers and most
 * clients verify with. One way that is fine is enough.
 *
 * @returns undefined where nothing is; `unsigned` where no authority has signed
 * @see https://pkg.go.dev/crypto/x509#Certificate.Verify
 */
export function findChainProblem(
  [certificate, ...others]: readonly X509Certificate[],
  rules: ChainRules,
): ChainProblem | 'unsigned' | undefined {
  if (certificate === undefined || rules.authorities?.some(({ raw }) => raw.equals(certificate.raw))) return undefined;
  if (isSha1Signed(certificate))
    return { fault: 'Invalid', message: 'is signed by way of SHA-1, which nobody trusts any more' };
  const roots = (rules.authorities ?? []).filter(authority => hasSigned(authority, certificate));
  const rooted = roots.map(root => issuerProblem(root, rules, true));
  if (rooted.includes(undefined)) return undefined;
  const issuers = others.filter(other => hasSigned(other, certificate));
  const ways = issuers.map(
    issuer =>
      issuerProblem(issuer, rules, false) ??
      findChainProblem([issuer, ...others.filter(other => other !== issuer)], rules),
  );
  if (ways.includes(undefined) && ways.length > 0) return undefined;
  const problems = [...rooted, ...ways].filter(problem => problem !== undefined);
  return problems.find(problem => problem !== 'unsigned') ?? (rules.authorities === undefined ? undefined : 'unsigned');
}

/** @param isRoot one that is trusted as it is: what has no extensions, as OpenSSL long made them, may be an authority then */
function issuerProblem(issuer: X509Certificate, { uses, now }: ChainRules, isRoot: boolean): ChainProblem | undefined {
  const name = `signed by "${issuer.subject.split('\n').at(-1) ?? ''}"`;
  const { validity } = validityOf(issuer, now);
  if (validity === 'expired')
    return { fault: 'Expired', message: `is ${name}, which expired at ${dateText(issuer.validTo)}` };
  if (validity === 'early')
    return { fault: 'NotYetValid', message: `is ${name}, which is not valid before ${dateText(issuer.validFrom)}` };
  if (!mayIssue(issuer, isRoot))
    return { fault: 'Invalid', message: `is ${name}, which is no authority: its basic constraints lack CA:TRUE` };
  const missing = uses.find(use => !isForUse(issuer, use));
  return missing && { fault: 'Invalid', message: `is ${name}, whose extended key usage does not allow ${missing} use` };
}

/** Whether the names and identifiers fit, and the signature does. A key that nobody can verify with has signed nothing. */
function hasSigned(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
