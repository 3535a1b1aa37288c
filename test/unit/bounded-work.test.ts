import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { mergeReloadable } from '../../src/nats-cluster/config/config-revisions';
import { parseConf } from '../../src/nats/conf/parse';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { parseDuration } from '../../src/nats/duration';
import { isPublicNkey } from '../../src/nats/nkey';
import { isKey, isWellFormed } from '../../src/nats/printable';
import { parseQuantity } from '../../src/kubernetes/quantity';
import { redaction, redactPatterns } from '../../src/text/redaction';
import { clientUserNames, readClientUsers } from '../../src/nats-cluster/secrets/client-users';
import { findJsonError } from '../../src/json/json-error';
import { readCredentials } from '../../src/nats-cluster/secrets/credentials';
import { validateOperatorJwt } from '../../src/nats-cluster/secrets/operator-jwt';
import { readCertificates, readPrivateKey } from '../../src/x509/pem';
import { SecretProblems } from '../../src/nats-cluster/secrets/secret-problems';
import { parseServerVersion } from '../../src/nats/server-version';
import { readTokenClaims } from '../../src/nats-service-role/token-claims';
import { truncate } from '../../src/text/truncate';
import { closest } from '../../src/text/closest';
import { hostOf, urlProblems, urlWarnings } from '../../src/nats/server-url';
import { subjectProblem, subscriptionProblem } from '../../src/nats/subject';
import { validateCluster } from '../../src/nats-cluster/validation/validate-cluster';
import { knownSecrets } from '../../src/nats-cluster/secrets/known-secrets';
import { lastPermissions } from '../../src/nats-service-role/plan/last-permissions';

/**
 * Anyone who may write one Secret, one spec or one Event must not be able to keep the process busy that serves everybody. The length is a tenth of what
 * a Secret can hold: each function takes less than 50 ms of CPU time for the worst of these inputs on the project's machines, and one whose time
 * grows with the square of the length takes ten seconds and more.
 */
const LENGTH = 100_000;
const LIMIT_MS = 2_000;

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
const findings = (): SecretProblems =>
  new SecretProblems({ name: 's', purpose: 'users', path: 'spec.auth.clientsAuthSecret' });

const desired = natsConf(
  resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec: { size: 3, version: '2.15.2' } }),
);
const secrets = Array.from({ length: 5_000 }, (_, index) => `secret-${index}`);

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  parseConf,
  mergeReloadable: text => mergeReloadable(text, desired),
  redactPatterns,
  redaction: redaction(secrets),
  findJsonError,
  parseDuration,
  parseQuantity,
  isPublicNkey: text => isPublicNkey(text, 'U'),
  isKey,
  isWellFormed,
  readClientUsers: text => readClientUsers(secretOf(text), false, findings(), secrets),
  clientUserNames: text => clientUserNames(secretOf(text)),
  readCredentials: text => readCredentials(secretOf(text), findings()),
  validateOperatorJwt: text => validateOperatorJwt(secretOf(text), findings()),
  readCertificates,
  readPrivateKey,
  parseServerVersion,
  readTokenClaims,
  truncate: text => truncate(text, 1_000),
  closest: text => closest(text, secrets),
  hostOf,
  urlProblems: text => urlProblems('p', text, { schemes: ['nats'], example: 'nats://a:4222' }),
  urlWarnings: text => urlWarnings('p', text, 'hint'),
  subjectProblem,
  subscriptionProblem,
  knownSecrets: text =>
    knownSecrets({
      cluster: {},
      children: [],
      pods: [],
      servers: new Map(),
      secrets: new Map([['s', secretOf(text)]]),
    }),
  lastPermissions: text => lastPermissions({ data: { 'nats.conf': base64(text) } }, 'u'),
};

/** What some 500 KB of JSON can hold of each thing that is compared with others. */
const specs: Readonly<Record<string, () => unknown>> = {
  'volume mounts': () => ({ pod: { volumeMounts: many(12_000, index => ({ name: 'a', mountPath: `/${index}` })) } }),
  variables: () => ({ pod: { natsEnv: many(20_000, index => ({ name: `A${index}` })) } }),
  tolerations: () => ({ pod: { tolerations: many(25_000, () => ({ key: 'a' })) } }),
  labels: () => ({ pod: { labels: Object.fromEntries(many(25_000, index => [`a${index}`, ''])) } }),
  containers: () => ({ template: { spec: { containers: many(25_000, () => ({ name: 'a' })) } } }),
  'mounts of containers': () => ({
    template: {
      spec: {
        volumes: many(256, index => ({ name: `v${index}`, emptyDir: {} })),
        containers: many(100, at => ({
          name: `c${at}`,
          volumeMounts: many(200, index => ({ name: `v${index}`, mountPath: `/${index}` })),
        })),
      },
    },
  }),
  routes: () => ({ extraRoutes: many(12_000, index => ({ route: `nats://a${index}:6222` })) }),
  gateways: () => ({
    gatewayConfig: { name: 'a', gateways: many(12_000, index => ({ name: `g${index}`, url: 'nats://a:1' })) },
  }),
  remotes: () => ({ leafnodeConfig: { remotes: many(12_000, () => ({ url: 'nats://a:7422' })) } }),
  'unknown fields': () => Object.fromEntries(many(25_000, index => [`sizf${index}`, 1])),
  'server options': () => ({ natsConfig: { extra: Object.fromEntries(many(25_000, index => [`pingg${index}`, 1])) } }),
  'nested options': () => ({ natsConfig: { extra: { a: nested(100_000) } } }),
  'a long list of options': () => ({ natsConfig: { extra: { server_tags: many(100_000, String) } } }),
  accounts: () => ({
    operatorConfig: {
      secret: 'a',
      resolver: 'MEMORY',
      resolverPreload: Object.fromEntries(many(10_000, index => [`A${index}`, 'eyJ'])),
    },
  }),
};

const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));

/** Built from the inside, for a parser of JSON has no stack for it either. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

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

test('the secrets of a Secret are known however deep its JSON is', () => {
  const depth = 4 * LENGTH;
  const text = `${'['.repeat(depth)}{"password": "s3cret"}${']'.repeat(depth)}`;
  const secrets = new Map([['s', secretOf(text)]]);
  const found = knownSecrets({ cluster: {}, children: [], pods: [], servers: new Map(), secrets });
  expect(new Set(found)).toEqual(new Set(['s3cret']));
});

describe('a large spec is validated in bounded time', () => {
  it.each(Object.entries(specs))(
    'with many %s',
    (_name, make) => {
      const object = { metadata: { name: 'c', namespace: 'n' }, spec: make() as NatsClusterSpec };
      validateCluster({ metadata: { name: 'c' }, spec: {} });
      expect(cpuTime(() => validateCluster(object))).toBeLessThan(2 * LIMIT_MS);
    },
    120_000,
  );

  it('is rejected, not read, where it is nested so deep that reading it would overflow the stack', () => {
    const object = {
      metadata: { name: 'c' },
      spec: { natsConfig: { extra: { a: nested(100_000) } } } as NatsClusterSpec,
    };
    expect(validateCluster(object).problems).toEqual([
      {
        path: expect.stringMatching(/^spec\.natsConfig\.extra\.a\.a/) as string,
        message: 'is nested more than 64 levels deep',
        hint: 'reduce the nesting',
        part: 'natsConfig',
      },
    ]);
  });
});
