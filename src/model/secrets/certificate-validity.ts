import type { X509Certificate } from 'node:crypto';

const DAY = 86_400_000;

/** How many milliseconds before its end a certificate is called out: whoever renews it should have done so by then. */
const NOTICE = 7 * DAY;

/** Where a certificate stands in its life. */
export type Validity = 'early' | 'valid' | 'expiring' | 'expired';

/** Where a certificate stands, and when that changes next. Times are in milliseconds since 1970. */
export function validityOf(certificate: X509Certificate, now: Date): { validity: Validity; until: number | undefined } {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  // A third of its life is when cert-manager renews by itself; a short-lived one must not be called out before that.
  const notice = to - Math.min(NOTICE, (to - from) / 4);
  const time = now.getTime();
  if (time < from) return { validity: 'early', until: from };
  if (time >= to) return { validity: 'expired', until: undefined };
  return time < notice ? { validity: 'valid', until: notice } : { validity: 'expiring', until: to };
}

/** A time as people read it in a message: the same at every look. */
export const dateText = (text: string): string => new Date(text).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
