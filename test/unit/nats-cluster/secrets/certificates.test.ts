import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { describeProblem } from '../../../../src/schema/problem';
import { validateSecrets } from '../../../../src/nats-cluster/secrets/validate-secrets';
import { expire, makeAuthority, makeIdentity, withLife, type Identity } from '../../../fixtures/certificates';
import { secretOf } from '../../../fixtures/secret';

const DAY = 86_400_000;
const ROUTE = 'DNS:*.c-mgmt.n.svc';

let authority: Identity;
let other: Identity;
let route: Identity;

beforeAll(async () => {
  [authority, other] = await Promise.all([makeAuthority(), makeAuthority('other')]);
  route = await makeIdentity({ names: [ROUTE, 'DNS:c-mgmt'], uses: 'serverAuth,clientAuth' }, authority);
});

/** What is said of a Secret for routes, or another kind of connection, that holds these files. */
function review(
  files: Record<string, string>,
  { spec = { tls: { routesSecret: 's' } }, later = 0 }: { spec?: NatsClusterSpec; later?: number } = {},
): { problems: string[]; warnings: string[]; faults: string[]; changesAt: number | undefined } {
  const now = new Date(Date.now() + later * DAY);
  const secrets = new Map([['s', secretOf(files)]]);
  const found = validateSecrets({ name: 'c', namespace: 'n', spec }, secrets, now);
  return {
    problems: found.problems.map(describeProblem),
    warnings: found.warnings.map(describeProblem),
    faults: found.problems.map(({ reason }) => reason),
    changesAt: found.changesAt,
  };
}

const routeFiles = ({ cert, key }: Identity, ca = authority.cert): Record<string, string> => ({
  'ca.pem': ca,
  'route.pem': cert,
  'route-key.pem': key,
});

const place = 'spec.tls.routesSecret: Secret "s"';

describe('the Secret of routes', () => {
  test('with a certificate that fits has nothing to be said of it', () => {
    expect(review(routeFiles(route))).toMatchObject({ problems: [], warnings: [] });
  });

  test('that is not there is missing', () => {
    const spec = { tls: { routesSecret: 'elsewhere' } };
    expect(review({}, { spec })).toMatchObject({
      problems: ['spec.tls.routesSecret: Secret "elsewhere" does not exist (create it in namespace n)'],
      faults: ['Missing'],
    });
  });

  test('that lacks a file says which, and what it has', () => {
    expect(review({ 'ca.pem': authority.cert, 'tls.crt': route.cert, 'route-key.pem': route.key }).problems).toEqual([
      `${place} has no key "route.pem" (it has ca.pem, route-key.pem, tls.crt; spec.tls can name the files)`,
    ]);
  });

  test('whose files are named otherwise, or lie outside of it, is read so', () => {
    const spec = {
      tls: { routesSecret: 's', routesSecretCertFileName: 'mine', routesSecretCAFileName: '/etc/ca-bundle/ca.pem' },
    };
    expect(review({ mine: route.cert, 'route-key.pem': route.key }, { spec }).problems).toEqual([]);
  });

  test.each([
    ['route.pem', 'holds no certificate in PEM form, or one that is damaged'],
    ['ca.pem', 'holds no certificate in PEM form, or one that is damaged'],
    ['route-key.pem', 'contains no private key in PEM format'],
  ])('with something else in %s says so, and quotes nothing of it', (key, message) => {
    expect(review({ ...routeFiles(route), [key]: 's3cret' }).problems).toEqual([`${place}, key "${key}" ${message}`]);
  });

  test('with a damaged certificate or key says so', () => {
    const files = routeFiles(route);
    expect(review({ ...files, 'route.pem': damaged(route.cert) }).problems).toHaveLength(1);
    expect(review({ ...files, 'route-key.pem': damaged(route.key) }).problems).toEqual([
      `${place}, key "route-key.pem" contains a malformed private key`,
    ]);
  });

  test("with another certificate's key says that they don't fit", () => {
    expect(review({ ...routeFiles(route), 'route-key.pem': other.key }).problems).toEqual([
      `${place}, key "route-key.pem" does not match the certificate in key "route.pem"`,
    ]);
  });

  test('is rejected when its CA has not signed the certificate: servers would not trust each other', () => {
    expect(review(routeFiles(route, other.cert)).problems).toEqual([
      `${place}, key "route.pem" is not signed by key "ca.pem"`,
    ]);
    expect(review(routeFiles(route, other.cert + authority.cert)).problems).toEqual([]);
  });

  test('may hold a chain', async () => {
    const between = await makeIdentity({ isAuthority: true, commonName: 'between' }, authority);
    const leaf = await makeIdentity({ names: [ROUTE] }, between);
    expect(review(routeFiles({ ...leaf, cert: leaf.cert + between.cert })).problems).toEqual([]);
    expect(review(routeFiles(leaf)).problems).toHaveLength(1);
  });

  test('is rejected for other names than servers dial', async () => {
    const wrong = await makeIdentity({ names: ['DNS:*.c.n.svc', 'DNS:localhost'] }, authority);
    expect(review(routeFiles(wrong)).problems).toEqual([
      `${place}, key "route.pem" does not cover *.c-mgmt.n.svc, which servers dial (it is valid for *.c.n.svc, localhost)`,
    ]);
  });

  test('is accepted for other names until there is a second server, because no server dials the routes of a single one', async () => {
    const spec = { size: 1, tls: { routesSecret: 's' } };
    const wrong = await makeIdentity({ names: ['DNS:*.other-mgmt.n.svc'] }, authority);
    const { problems, warnings } = review(routeFiles(wrong), { spec });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      `${place}, key "route.pem" does not cover *.c-mgmt.n.svc, which servers dial where there is more than one (it is valid for *.other-mgmt.n.svc)`,
    ]);
  });

  test('is rejected when it is for servers alone: a route has a client too', async () => {
    const server = await makeIdentity({ names: [ROUTE], uses: 'serverAuth' }, authority);
    expect(review(routeFiles(server)).problems).toEqual([
      `${place}, key "route.pem" is not for client use (extended key usage lacks it)`,
    ]);
  });

  test('for any use, or of a chain that says why it is not believed', async () => {
    const any = await makeIdentity({ names: [ROUTE], uses: 'anyExtendedKeyUsage' }, authority);
    expect(review(routeFiles(any)).problems).toEqual([]);
    const byWayOf = async (wish: object, isPast = false): Promise<string[]> => {
      const made = await makeIdentity({ isAuthority: true, commonName: 'between', ...wish }, authority);
      const between = isPast ? await expire(made, authority) : made;
      const leaf = await makeIdentity({ names: [ROUTE] }, between);
      return review(routeFiles({ ...leaf, cert: leaf.cert + between.cert })).problems;
    };
    const signed = `${place}, key "route.pem" is signed by "CN=between", `;
    expect(await byWayOf({ isAuthority: false })).toEqual([
      `${signed}which is not a CA: its basic constraints lack CA:TRUE`,
    ]);
    expect(await byWayOf({ uses: 'serverAuth' })).toEqual([
      `${signed}whose extended key usage does not allow client use`,
    ]);
    expect(await byWayOf({}, true)).toEqual([expect.stringContaining(`${signed}which expired at `)]);
  });

  test('is rejected with a key that servers do not support', async () => {
    const made = await makeIdentity({ names: [ROUTE], newKey: ['ed448'] }, authority);
    expect(review(routeFiles(made)).problems).toEqual([
      `${place}, key "route-key.pem" is a key of type ed448, which nats-server does not support`,
    ]);
  });

  test('warns where other clusters may dial a name that it does not cover', async () => {
    const spec = { tls: { routesSecret: 's' }, extraRoutes: [{ cluster: 'd' }] };
    const narrow = await makeIdentity({ names: [ROUTE] }, authority);
    expect(review(routeFiles(route), { spec }).warnings).toEqual([]);
    expect(review(routeFiles(narrow), { spec }).warnings).toEqual([
      `${place}, key "route.pem" does not cover c-mgmt, which other clusters may dial (it is valid for *.c-mgmt.n.svc)`,
    ]);
  });

  test('warns a week before its certificate expires, and is rejected afterwards', () => {
    const files = routeFiles(route);
    const { changesAt = 0 } = review(files);
    expect(changesAt - Date.now()).toBeGreaterThan(22.9 * DAY);
    expect(changesAt - Date.now()).toBeLessThanOrEqual(23 * DAY);
    expect(review(files, { later: 22 }).warnings).toEqual([]);
    expect(review(files, { later: 24 })).toMatchObject({
      problems: [],
      warnings: [expect.stringMatching(/key "route.pem" expires soon, at \d{4}-.*Z \(renew the certificate\)$/)],
    });
    expect(review(files, { later: 31 })).toMatchObject({
      problems: [expect.stringMatching(/key "route.pem" expired at \d{4}-.*Z/)],
      faults: ['Expired'],
    });
  });

  test('is rejected before its certificate becomes valid, and validated again then', () => {
    const outcome = review(routeFiles(route), { later: -2 });
    expect(outcome.faults).toContain('NotYetValid');
    expect(Math.abs((outcome.changesAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe('the certificates that are read', () => {
  const several = (count: number, cert: string): string => cert.repeat(count);

  test.each([
    ['route.pem', 11, 'has 11 certificates, and 10 at most are read (keep the certificate itself and those of '],
    ['ca.pem', 201, 'has 201 certificates, and 200 at most are read (keep the CAs that sign certificates of '],
  ])('are bounded in %s', (key, count, message) => {
    const files = routeFiles(route);
    const { problems } = review({ ...files, [key]: several(count, files[key] ?? '') });
    expect(problems).toEqual([expect.stringContaining(`${place}, key "${key}" ${message}`)]);
    expect(review({ ...files, [key]: several(count - 1, files[key] ?? '') }).problems).toEqual([]);
  });

  test('are each followed once, though all of them have signed each other', async () => {
    const made = await makeIdentity({ isAuthority: true, commonName: 'between' });
    const life = (days: number): Promise<Identity> =>
      withLife(made, new Date(Date.now() - days * DAY), new Date(Date.now() + DAY));
    const between = await Promise.all(Array.from({ length: 8 }, (_, index) => life(index + 1)));
    const leaf = await makeIdentity({ names: [ROUTE] }, made);
    const files = routeFiles({ ...leaf, cert: leaf.cert + between.map(({ cert }) => cert).join('') });
    const before = process.cpuUsage().user;
    expect(review(files).problems).toEqual([`${place}, key "route.pem" is not signed by key "ca.pem"`]);
    expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
  });

  test('are verified by a hundred signatures at most, as servers do', async () => {
    const wish = { isAuthority: true, withoutKeyIds: true };
    const [own, strange] = await Promise.all([makeIdentity(wish), makeIdentity(wish)]);
    const leaf = await makeIdentity({ names: [ROUTE], withoutKeyIds: true }, own);
    const files = (count: number, last = ''): Record<string, string> =>
      routeFiles(leaf, several(count, strange.cert) + last);
    expect(review(files(99, own.cert)).problems).toEqual([]);
    expect(review(files(100)).problems).toEqual([`${place}, key "route.pem" is not signed by key "ca.pem"`]);
    expect(review(files(100, own.cert)).problems).toEqual([
      `${place}, key "route.pem" takes more than 100 signature checks to verify, which servers and clients do not finish: leave out CAs of the same name`,
    ]);
  });

  test('are not verified with a key that takes long and that servers do not know', async () => {
    const newKey = ['rsa:2048', '-pkeyopt', 'rsa_keygen_pubexp:4294967297'];
    const odd = await makeIdentity({ isAuthority: true, commonName: 'odd', newKey });
    const leaf = await makeIdentity({ names: [ROUTE] }, odd);
    expect(review(routeFiles(leaf, odd.cert)).problems).toEqual([
      `${place}, key "route.pem" is not signed by key "ca.pem"`,
    ]);
  });
});

describe('the Secret of clients', () => {
  test('warns where it does not cover the Service, and asks for no names beyond that', async () => {
    const spec = { tls: { serverSecret: 's' } };
    const files = { 'ca.pem': other.cert, 'server.pem': route.cert, 'server-key.pem': route.key };
    expect(review(files, { spec })).toMatchObject({
      problems: [],
      warnings: [
        'spec.tls.serverSecret: Secret "s", key "server.pem" does not cover c.n.svc, which clients may dial (it is valid for *.c-mgmt.n.svc, c-mgmt)',
      ],
    });
    const covering = await makeIdentity({ names: ['DNS:c.n.svc'] }, authority);
    const good = { 'ca.pem': authority.cert, 'server.pem': covering.cert, 'server-key.pem': covering.key };
    expect(review(good, { spec }).warnings).toEqual([]);
  });
});

describe('a Secret of the type kubernetes.io/tls without ca.crt', () => {
  const found = (spec: NatsClusterSpec): string[] => {
    const secrets = new Map([['s', secretOf({ 'tls.crt': route.cert, 'tls.key': route.key }, 'kubernetes.io/tls')]]);
    return validateSecrets({ name: 'c', namespace: 'n', spec }, secrets, new Date()).problems.map(describeProblem);
  };
  const missing = (path: string, whose: string): string[] => [
    `${path}: Secret "s" has no key "ca.crt", without which servers cannot verify the certificates of ${whose} ` +
      '(add the certificate of the CA that signed theirs as "ca.crt", or set the CA file name in spec.tls to a file of the container)',
  ];

  test.each<[string, NatsClusterSpec, string[]]>([
    ['of routes', { tls: { routesSecret: 's' } }, missing('spec.tls.routesSecret', 'the other servers')],
    ['of routes that nobody dials', { size: 1, tls: { routesSecret: 's' } }, []],
    ['of gateways', { tls: { gatewaySecret: 's' } }, missing('spec.tls.gatewaySecret', 'other clusters')],
    ['of clients', { tls: { serverSecret: 's' } }, []],
    [
      'of clients that are verified',
      { tls: { serverSecret: 's', verify: true } },
      missing('spec.tls.serverSecret', 'clients'),
    ],
    [
      'of clients that are known by their certificates',
      { tls: { serverSecret: 's' }, auth: { tlsVerifyAndMap: true } },
      missing('spec.tls.serverSecret', 'clients'),
    ],
    [
      'of clients, by a file of the container',
      { tls: { serverSecret: 's', verify: true, serverSecretCAFileName: '/etc/ca.pem' } },
      [],
    ],
    ['of leaf nodes', { tls: { leafnodeSecret: 's' } }, []],
    ['of websockets', { tls: { websocketSecret: 's', verify: true } }, []],
  ])('%s', (_title, spec, problems) => {
    expect(found(spec)).toEqual(problems);
  });
});

/** The same PEM block with another content. */
const damaged = (pem: string): string => pem.replace(/(-----\n.{20})[\s\S]{12}/, '$1AAAAAAAAAAAA');
