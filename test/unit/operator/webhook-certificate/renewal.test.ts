import { X509Certificate } from 'node:crypto';
import { dueRenewal, renew, type OwnKeyPair } from '../../../../src/operator/webhook-certificate/renewal';
import { readCertificates } from '../../../../src/x509/pem';

const DAY = 86_400_000;
const names = ['nats-operator.nats-io.svc', '127.0.0.1'];
const start = new Date('2030-01-01T00:00:00Z');
const after = (days: number): Date => new Date(start.getTime() + days * DAY);

const trusts = ({ authorities, certificate }: OwnKeyPair): boolean =>
  (readCertificates(authorities) ?? []).some(({ publicKey }) => new X509Certificate(certificate).verify(publicKey));

const authorityCount = ({ authorities }: OwnKeyPair): number => readCertificates(authorities)?.length ?? 0;

describe('the certificate that the operator makes for its webhooks', () => {
  let first: OwnKeyPair;

  beforeAll(async () => {
    first = await renew(undefined, names, start);
  });

  test('is for the names that the API server uses, from an authority of its own', () => {
    const leaf = new X509Certificate(first.certificate);
    expect(trusts(first)).toBe(true);
    expect(leaf.checkHost('nats-operator.nats-io.svc')).toBeDefined();
    expect(leaf.checkIP('127.0.0.1')).toBeDefined();
    expect(leaf.checkHost('kubernetes.default.svc')).toBeUndefined();
    expect(leaf.ca).toBe(false);
    expect(new X509Certificate(first.authorities).ca).toBe(true);
  });

  test('is valid on machines whose clocks are behind', () => {
    expect(Date.parse(new X509Certificate(first.certificate).validFrom)).toBeLessThan(start.getTime() - 60_000);
  });

  test('is kept until a third of its life is left, and then renewed by the same authority', async () => {
    expect(dueRenewal(first, names, after(59))).toBeUndefined();
    expect(dueRenewal(first, names, after(61))).toBe('leaf');
    const second = await renew(first, names, after(61));
    expect(second.authorities).toBe(first.authorities);
    expect(second.key).not.toBe(first.key);
    expect(trusts(second)).toBe(true);
    expect(dueRenewal(second, names, after(61))).toBeUndefined();
  });

  test.each([
    ['it is emptied by a person', { certificate: '' }],
    ['its key is another’s', { key: '' }],
  ])('is made anew where %s', async (_why, damage) => {
    const damaged = { ...first, ...damage };
    expect(dueRenewal(damaged, names, after(1))).toBe('leaf');
    expect(dueRenewal(await renew(damaged, names, after(1)), names, after(1))).toBeUndefined();
  });

  test('is renewed for a name that it lacks', () => {
    expect(dueRenewal(first, [...names, 'nats-operator.elsewhere.svc'], after(1))).toBe('leaf');
  });

  test('outlives its authority’s end: the next is trusted an hour before it signs', async () => {
    const late = after(3650 - 170);
    const leaf = await renew({ ...first, certificate: '' }, names, after(3650 - 190));
    const both = await renew(leaf, names, late);
    expect(authorityCount(both)).toBe(2);
    expect(both.certificate).toBe(leaf.certificate);
    expect(dueRenewal(both, names, new Date(late.getTime() + 30 * 60_000))).toBeUndefined();
    const next = await renew(both, names, new Date(late.getTime() + 2 * 3_600_000));
    expect(next.certificate).not.toBe(leaf.certificate);
    expect(trusts({ ...next, authorities: String(readCertificates(next.authorities)?.[0]) })).toBe(true);
  });

  test('gets another CA when the key of its CA is lost, and keeps serving', async () => {
    const robbed = { ...first, authorityKey: '' };
    expect(dueRenewal(robbed, names, after(1))).toBe('authority');
    const mended = await renew(robbed, names, after(1));
    expect(authorityCount(mended)).toBe(2);
    expect(mended.certificate).toBe(first.certificate);
  });

  test('has nothing left of a stolen authority where that is emptied with its key, as docs/security.md says', async () => {
    const emptied = { ...first, certificate: '', authorities: '', authorityKey: '' };
    const next = await renew(emptied, names, after(1));
    expect(authorityCount(next)).toBe(1);
    expect(next.authorities).not.toBe(first.authorities);
    expect(next.key).not.toBe(first.key);
    expect(trusts(next)).toBe(true);
  });
});
