import { advertisement } from '../../../../src/sidecars/bootconfig/advertisement';
import { parseArguments } from '../../../../src/sidecars/bootconfig/arguments';
import { nodeAddress, type Node } from '../../../../src/sidecars/bootconfig/node-address';

const LABEL = 'nats.io/node-external-ip';

const node = (types: readonly string[], labels: Readonly<Record<string, string>> = {}): Node => ({
  metadata: { labels },
  status: { addresses: types.map(type => ({ type, address: `of-${type}` })) },
});

test.each([
  ['its external address', node(['InternalIP', 'Hostname', 'ExternalIP'], { [LABEL]: 'label' }), 'of-ExternalIP', true],
  ['the one of its label, where it lists none', node(['InternalIP'], { [LABEL]: 'label' }), 'label', true],
  ['its internal one, where there is no other', node(['Hostname', 'InternalIP']), 'of-InternalIP', false],
  ['none, where it has none', node(['Hostname']), undefined, undefined],
])('of a node is told %s', (_which, of, address, isExternal) => {
  const found = nodeAddress(of, LABEL);
  expect([found?.address, found?.isExternal]).toEqual([address, isExternal]);
});

test('an IPv6 address has brackets, for the server adds a port', () => {
  expect(advertisement('advertise', '2001:db8::7')).toBe('advertise: "[2001:db8::7]"\n');
  expect(advertisement('client_advertise', '203.0.113.7')).toBe('client_advertise: "203.0.113.7"\n');
});

test.each([
  ['as the operator writes them', ['-f', '/a', '-gf', '/b'], { clientFile: '/a', gatewayFile: '/b', label: LABEL }],
  [
    'with two dashes and equals signs',
    ['--f=/a', '-t=l'],
    { clientFile: '/a', gatewayFile: 'gateway_advertise.conf', label: 'l' },
  ],
])('takes its arguments %s', (_form, words, options) => {
  expect(parseArguments(words)).toEqual(options);
});

test('rejects an unknown argument', () => {
  expect(() => parseArguments(['-x', '/a'])).toThrow("Unknown option '--x'");
});
