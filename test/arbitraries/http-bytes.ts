import * as fc from 'fast-check';

const END = '\r\n\r\n';

const noise = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map(bytes => Buffer.from(bytes).toString('latin1'));

/** Targets that parsers of URLs, of paths and of percent signs have fallen over, in one program or the other. */
const ODD_TARGETS = [
  '//',
  '//%',
  '//:80',
  '/\\',
  '///healthz',
  '/%',
  '/%zz',
  '/%c0%af',
  '/%00',
  '*',
  '?',
  '#',
  '/..',
  '/../../etc/passwd',
  '/healthz//',
  '/metrics?' + 'a'.repeat(4_000),
  'http://',
  'http://[',
  'http://[::1/healthz',
  'http://a:99999/healthz',
  'https://user:pass@host/metrics',
  'javascript:alert(1)',
  'nats-operator',
  '/mutate/%',
  '/mutate/%E0%A4%A',
  '/validate//nats-operator',
  '/validate/nats-operator/../nats-operator',
  '/validate/constructor',
  '/mutate/__proto__',
];

const target = fc.oneof(
  fc.constantFrom(...ODD_TARGETS),
  fc.webPath(),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  noise(64).map(text => `/${text.replace(/[\r\n ]/g, '')}`),
);

const method = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PATCH',
  'get',
  'M-SEARCH',
  'PRI',
  '',
);

const header = fc.oneof(
  fc.constantFrom(
    'expect: 100-continue',
    'expect: something',
    'upgrade: websocket\r\nconnection: upgrade',
    'connection: close, keep-alive, upgrade',
    'transfer-encoding: chunked, identity',
    'transfer-encoding: chunked\r\ncontent-length: 3',
    'content-length: -1',
    'content-length: 99999999999999999999',
    'content-length: 1\r\ncontent-length: 2',
    'content-type: application/json',
    'content-type: application/json; charset=utf-7',
    'content-type: text/html; charset=\u0000',
    'content-encoding: gzip',
    'content-encoding: br, br, br',
    'content-encoding: unknown',
    'host:',
    'host: a\r\nhost: b',
    ': no name',
    'folded: a\r\n b',
    'x: ' + 'y'.repeat(20_000),
    'range: bytes=0-,0-,0-',
    'if-none-match: *',
    'cookie: ' + ';'.repeat(2_000),
  ),
  fc.tuple(noise(12), noise(40)).map(([name, value]) => `${name}: ${value}`),
);

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '',
    'null',
    '[]',
    '"text"',
    '{',
    '{"request":null}',
    '{"request":1}',
    '{"request":[]}',
    '{"request":{"uid":{"toString":1},"kind":null,"operation":{}}}',
    '{"request":{"uid":"u","operation":"CREATE","kind":{"group":"nats.io","version":"v1alpha2","kind":"NatsCluster"}}}',
    '{"request":{"uid":"u","operation":"CREATE","kind":{"group":"nats.io","version":"v1alpha2","kind":"NatsCluster"},"object":[]}}',
    '{"request":{"uid":"u","operation":"UPDATE","kind":{"group":"nats.io","version":"v1alpha2","kind":"NatsCluster"},"object":{"spec":3},"oldObject":"x"}}',
    '{"request":{"uid":"u","operation":"UPDATE","kind":{"group":"nats.io","version":"v1alpha2","kind":"NatsServiceRole"},"object":{"metadata":[],"spec":{"permissions":7}}}}',
    '{"__proto__":{"request":{}},"constructor":{"prototype":1}}',
    `{"request":{"uid":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`,
    `{"request":{"uid":"u","operation":"CREATE","kind":{"group":"nats.io","version":"v1alpha2","kind":"NatsCluster"},"object":{"spec":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}}}`,
  ),
);

/** A request about admission whose form is right and whose content need not be. */
const review = fc.tuple(fc.constantFrom('mutate', 'validate'), json).map(([verb, body]) => {
  const head = `POST /${verb}/nats-operator HTTP/1.1\r\nhost: a\r\ncontent-type: application/json`;
  return `${head}\r\ncontent-length: ${Buffer.byteLength(body)}${END}${body}`;
});

const assembled = fc
  .tuple(
    method,
    target,
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', 'HTTPS', ''),
    fc.array(header, { maxLength: 4 }),
    json,
  )
  .map(
    ([verb, path, version, headers, body]) =>
      `${[`${verb} ${path} ${version}`, 'host: a', ...headers].join('\r\n')}${END}${body}`,
  );

const plain = target.map(path => `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close${END}`);

/** What anybody who reaches a port could send to it: requests of odd targets, headers and bodies, parts of them, and no requests at all. */
export const httpBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: plain.map(text => Buffer.from(text, 'latin1')) },
  { weight: 4, arbitrary: assembled.map(text => Buffer.from(text, 'latin1')) },
  { weight: 4, arbitrary: review.map(text => Buffer.from(text, 'latin1')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(assembled, fc.nat({ max: 200 }))
      .map(([text, end]) => Buffer.from(text, 'latin1').subarray(0, end)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map(bytes => Buffer.from(bytes)) },
);
