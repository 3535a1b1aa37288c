import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its private key, in PEM form. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface Lifetime {
  readonly from: Date;
  readonly to: Date;
}

const makeKeys = promisify(generateKeyPair);

/** Makes an authority that signs itself and nothing but leaves. */
export async function issueCA(lifetime: Lifetime): Promise<Issued> {
  const keys = await newKeys();
  // Two authorities of one name could not be told apart while one takes over from the other.
  const name = `nats-operator-webhook-authority-${randomBytes(4).toString('hex')}`;
  const certificate = draft(keys.publicKey, name, lifetime);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return signed(certificate, keys.privateKey, keys.privateKey);
}

/** Makes a certificate for a server of those DNS names and IPs. */
export async function issueServingCertificate(
  authority: Issued,
  names: readonly string[],
  lifetime: Lifetime,
): Promise<Issued> {
  const keys = await newKeys();
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const certificate = draft(keys.publicKey, names[0] ?? 'nats-operator', lifetime);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: names.map(toAltName) },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return signed(certificate, keys.privateKey, authority.key);
}

/** By node itself, beside the event loop: in forge alone it takes seconds. */
async function newKeys(): Promise<{ publicKey: string; privateKey: string }> {
  return makeKeys('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function draft(publicKey: string, commonName: string, { from, to }: Lifetime): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // A positive number: its first bit is not set.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = to;
  // A common name has room for 64 characters; what counts are the alternative names.
  certificate.setSubject([{ name: 'commonName', value: commonName.slice(0, 64) }]);
  return certificate;
}

function signed(certificate: forge.pki.Certificate, key: string, authorityKey: string): Issued {
  certificate.sign(forge.pki.privateKeyFromPem(authorityKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate).replaceAll('\r', ''), key };
}

const DNS = 2;
const IP = 7;

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6 */
const toAltName = (name: string): { type: number; value?: string; ip?: string } =>
  isIP(name) === 0 ? { type: DNS, value: name } : { type: IP, ip: name };
