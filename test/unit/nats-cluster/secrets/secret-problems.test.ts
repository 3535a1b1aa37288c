import type { SecretPurpose } from '../../../../src/nats-cluster/secrets/named-secrets';
import { keepsFromLoading, type SecretFault } from '../../../../src/nats-cluster/secrets/secret-problems';

const certificate: SecretPurpose = { tls: 'routes' };

it.each<[SecretFault, SecretPurpose, boolean]>([
  ['Missing', certificate, true],
  ['Invalid', certificate, true],
  ['Expired', certificate, false],
  ['NotYetValid', certificate, false],
  ['Invalid', 'users', false],
  ['Missing', 'operatorJwt', false],
])('the fault %s of a Secret for %j keeps servers from loading TLS files: %s', (fault, purpose, expected) => {
  for (const path of ['spec.tls.routesSecret', 'spec.auth.clientsAuthSecret'])
    expect(keepsFromLoading({ fault, purpose, path, message: 'is not right' })).toBe(expected);
});
