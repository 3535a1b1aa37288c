import type { X509Certificate } from 'node:crypto';
import {
  canVerify,
  isForUse,
  isSha1Signed,
  mayIssue,
  type CertificateUse,
  dateText,
  validityOf,
} from '../../x509/certificate';
import type { SecretProblemReason } from './secret-problems';

/** Why peers would not trust a certificate: a problem with one of its issuers. */
export interface ChainProblem {
  readonly reason: SecretProblemReason;
  readonly message: string;
}

/** What a chain is verified against. */
export interface ChainRules {
  /** The trusted CAs at the end of the chain; undefined where they are unknown. */
  readonly authorities: readonly X509Certificate[] | undefined;
  readonly uses: readonly CertificateUse[];
  readonly now: Date;
}

/**
 * Finds what is wrong with the chain from a certificate, by its intermediates, to a CA: by the rules of Go's crypto/x509 that servers and most
 * clients verify with. One way that is fine is enough.
 *
 * @returns undefined where nothing is; `unsigned` where no CA has signed
 * @see https://pkg.go.dev/crypto/x509#Certificate.Verify
 */
export function findChainProblem(
  [certificate, ...others]: readonly X509Certificate[],
  rules: ChainRules,
): ChainProblem | 'unsigned' | undefined {
  return certificate && new ChainSearch(others, rules).problemOf(certificate);
}

/** As many signatures does Go check for one certificate, and finds it invalid after that. @see maxChainSignatureChecks in crypto/x509 */
const MAX_SIGNATURE_CHECKS = 100;

/** Follows each certificate once: those that have signed each other, each by way of every other, would take as many ways as they have orders. */
class ChainSearch {
  readonly #others: readonly X509Certificate[];
  readonly #rules: ChainRules;
  readonly #found = new Map<X509Certificate, ChainProblem | 'unsigned' | undefined>();
  #checks = 0;

  constructor(others: readonly X509Certificate[], rules: ChainRules) {
    this.#others = others;
    this.#rules = rules;
  }

  problemOf(certificate: X509Certificate): ChainProblem | 'unsigned' | undefined {
    const problem = this.#follow(certificate);
    if (problem !== 'unsigned' || this.#checks <= MAX_SIGNATURE_CHECKS) return problem;
    const message = `takes more than ${MAX_SIGNATURE_CHECKS} signature checks to verify, which servers and clients do not finish: leave out CAs of the same name`;
    return { reason: 'Invalid', message };
  }

  #follow(certificate: X509Certificate): ChainProblem | 'unsigned' | undefined {
    if (this.#found.has(certificate)) return this.#found.get(certificate);
    // Until it is known: a way that comes back to it is none.
    this.#found.set(certificate, 'unsigned');
    const problem = this.#search(certificate);
    this.#found.set(certificate, problem);
    return problem;
  }

  #search(certificate: X509Certificate): ChainProblem | 'unsigned' | undefined {
    const { authorities } = this.#rules;
    if (authorities?.some(({ raw }) => raw.equals(certificate.raw))) return undefined;
    if (isSha1Signed(certificate))
      return { reason: 'Invalid', message: 'has a SHA-1 signature in its chain, which is no longer trusted' };
    const problems: (ChainProblem | 'unsigned')[] = [];
    for (const root of authorities ?? []) {
      if (!this.#hasSigned(root, certificate)) continue;
      const problem = issuerProblem(root, this.#rules, true);
      if (problem === undefined) return undefined;
      problems.push(problem);
    }
    for (const issuer of this.#others) {
      if (issuer === certificate || !this.#hasSigned(issuer, certificate)) continue;
      const problem = issuerProblem(issuer, this.#rules, false) ?? this.#follow(issuer);
      if (problem === undefined) return undefined;
      problems.push(problem);
    }
    return problems.find(problem => problem !== 'unsigned') ?? (authorities === undefined ? undefined : 'unsigned');
  }

  /** Whether the names and identifiers fit, and the signature does. */
  #hasSigned(issuer: X509Certificate, certificate: X509Certificate): boolean {
    if (!certificate.checkIssued(issuer)) return false;
    this.#checks += 1;
    return this.#checks <= MAX_SIGNATURE_CHECKS && isSignedBy(certificate, issuer);
  }
}

/** @param isRoot one that is trusted as it is: what has no extensions, as OpenSSL long made them, may be an authority then */
function issuerProblem(issuer: X509Certificate, { uses, now }: ChainRules, isRoot: boolean): ChainProblem | undefined {
  const name = `signed by "${issuer.subject.split('\n').at(-1) ?? ''}"`;
  const { validity } = validityOf(issuer, now);
  if (validity === 'expired')
    return { reason: 'Expired', message: `is ${name}, which expired at ${dateText(issuer.validTo)}` };
  if (validity === 'early')
    return { reason: 'NotYetValid', message: `is ${name}, which is not valid before ${dateText(issuer.validFrom)}` };
  if (!mayIssue(issuer, isRoot))
    return { reason: 'Invalid', message: `is ${name}, which is not a CA: its basic constraints lack CA:TRUE` };
  const missing = uses.find(use => !isForUse(issuer, use));
  return (
    missing && { reason: 'Invalid', message: `is ${name}, whose extended key usage does not allow ${missing} use` }
  );
}

/** A key that cannot be used for verification has signed nothing. */
function isSignedBy(certificate: X509Certificate, { publicKey }: X509Certificate): boolean {
  try {
    return canVerify(publicKey) && certificate.verify(publicKey);
  } catch {
    return false;
  }
}
