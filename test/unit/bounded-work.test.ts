import { natsConf } from '../../src/conf/nats-conf';
import { withLiveParts } from '../../src/conf/generations';
import { parseConf } from '../../src/conf/parse';
import { resolveCluster } from '../../src/model/cluster-model';
import { parseDuration } from '../../src/model/duration';
import { isPublicNkey } from '../../src/model/nkey';
import { isKey, isWellFormed } from '../../src/model/printable';
import { parseQuantity } from '../../src/model/quantity';
import { redaction, withoutForms } from '../../src/model/redaction';
import { clientUserNames, readClientUsers } from '../../src/model/secrets/client-users';
import { findJsonFault } from '../../src/model/secrets/json-fault';
import { readLogin } from '../../src/model/secrets/login';
import { reviewOperatorJwt } from '../../src/model/secrets/operator-jwt';
import { readCertificates, readPrivateKey } from '../../src/model/secrets/pem';
import { SecretFindings } from '../../src/model/secrets/secret-findings';
import { parseServerVersion } from '../../src/model/server-version';
import { readTokenClaims } from '../../src/model/token-claims';
import { truncate } from '../../src/model/truncate';
import { closest } from '../../src/model/validation/closest';
import { hostOf, urlProblems, urlWarnings } from '../../src/model/validation/server-url';
import { subjectFault, subscriptionFault } from '../../src/model/validation/subject';
import { lastPermissions } from '../../src/plan/service-roles/last-permissions';

/**
 * Anyone who may write one Secret, one spec or one Event must not be able to keep the process busy that serves everybody. The length is a tenth of what
 * a Secret can hold: each function takes less than 50 ms of CPU time for the worst of these inputs on the project's machines, and one whose time
 * grows with the square of the length takes ten seconds and more.
 */
const LENGTH = 100_000;
const LIMIT_MS = 1_000;

/** What patterns and parsers that go back, or search lists in lists, take longest for. */
const seeds: readonly string[] = [
  ...[
    'a',
    '1',
    ' ',
    '\n',
    '"',
    "'",
    '\\',
    '-',
    '.',
    '/',
    '@',
    '#',
    '%',
    '*',
    '>',
    '_',
    '=',
    ':',
    ',',
    ';',
    '\0',
    'é',
    '\u{1f41f}',
  ],
  ...[
    'a.',
    'a-',
    'a ',
    '\\"',
    '{"',
    '":',
    '{"a":',
    '[',
    '[[',
    ']',
    '{',
    '},',
    '[{},',
    '"a",',
    '1.',
    '1e',
    '1ms',
    '0x',
    '$a',
    '\\x',
  ],
  ...[
    'a://',
    'http://a@',
    'a:b@',
    '//',
    'eyJ',
    'eyJhbGciOi.',
    '$2a$10$',
    'SUA',
    'password:',
    'password:"',
    "token='",
    'token = ',
  ],
  ...[
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN CERTIFICATE-----\n',
    '-----BEGIN A PRIVATE KEY-----\n-----END ',
    'include "',
  ],
  ...['2.10.', '2.10.0-', '1Ki', '1.1', '+1', 'v1.'],
];

/** What leads into the parts of a text that are read otherwise. */
const frames: readonly (readonly [string, string])[] = [
  ['', ''],
  ['', '!'],
  ['{"', ''],
  ['{"users": [{"username": "', '"}]}'],
  ['-----BEGIN CERTIFICATE-----\n', '\n-----END CERTIFICATE-----'],
  ['nats://', '!'],
];

const secretOf = (text: string) => ({
  metadata: {},
  data: { 'op.jwt': base64(text), 'tls.crt': base64(text), token: base64(text) },
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const findings = (): SecretFindings => new SecretFindings({ name: 's', path: 'spec.auth.clientsAuthSecret' });

const wanted = natsConf(
  resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec: { size: 3, version: '2.15.2' } }),
);
const secrets = Array.from({ length: 5_000 }, (_, index) => `secret-${index}`);

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  parseConf,
  withLiveParts: text => withLiveParts(text, wanted),
  withoutForms,
  redaction: redaction(secrets),
  findJsonFault,
  parseDuration,
  parseQuantity,
  isPublicNkey: text => isPublicNkey(text, 'U'),
  isKey,
  isWellFormed,
  readClientUsers: text => readClientUsers(secretOf(text), false, findings(), secrets),
  clientUserNames: text => clientUserNames(secretOf(text)),
  readLogin: text => readLogin(secretOf(text), findings()),
  reviewOperatorJwt: text => reviewOperatorJwt(secretOf(text), findings()),
  readCertificates,
  readPrivateKey,
  parseServerVersion,
  readTokenClaims,
  truncate: text => truncate(text, 1_000),
  closest: text => closest(text, secrets),
  hostOf,
  urlProblems: text => urlProblems('p', text, { schemes: ['nats'], example: 'nats://a:4222' }),
  urlWarnings: text => urlWarnings('p', text, 'hint'),
  subjectFault,
  subscriptionFault,
  lastPermissions: text => lastPermissions({ data: { 'nats.conf': base64(text) } }, 'u'),
};

/** Milliseconds of CPU time, so that other processes on a busy machine do not count. */
function cpuTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a long text is read in time that grows with its length alone, whatever it holds,', () => {
  it.each(Object.entries(readers))(
    'by %s',
    (_name, read) => {
      for (const seed of seeds) {
        const filling = seed.repeat(Math.ceil(LENGTH / seed.length));
        for (const [before, after] of frames) {
          const ms = cpuTime(() => read(`${before}${filling}${after}`));
          if (ms > LIMIT_MS) throw new Error(`${ms} ms for ${JSON.stringify(`${before}${seed}…${after}`)}`);
        }
      }
    },
    120_000,
  );
});
