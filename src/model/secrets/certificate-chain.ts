import type { X509Certificate } from 'node:crypto';

/** Whether one of the authorities has signed the first certificate, directly or by way of the others that come with it. */
export function isSignedBy(
  [certificate, ...intermediates]: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  if (certificate === undefined) return false;
  if (authorities.some(authority => authority.raw.equals(certificate.raw) || hasSigned(authority, certificate)))
    return true;
  const next = intermediates.find(intermediate => hasSigned(intermediate, certificate));
  return next !== undefined && isSignedBy([next, ...intermediates.filter(other => other !== next)], authorities);
}

const hasSigned = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
