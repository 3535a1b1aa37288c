import type { SecretPurpose } from '../../../../src/nats-cluster/secrets/named-secrets';
import { keepsFromLoading, type SecretProblemReason } from '../../../../src/nats-cluster/secrets/secret-problems';

const certificate: SecretPurpose = { tls: 'routes' };

it.each<[SecretProblemReason, SecretPurpose, boolean]>([
  ['Missing', certificate, true],
  ['Invalid', certificate, true],
  ['Expired', certificate, false],
  ['NotYetValid', certificate, false],
  ['Invalid', 'users', false],
  ['Missing', 'operatorJwt', false],
])('the fault %s of a Secret for %j keeps servers from loading TLS files: %s', (reason, purpose, expected) => {
  for (const path of ['spec.tls.routesSecret', 'spec.auth.clientsAuthSecret'])
    expect(keepsFromLoading({ reason, purpose, path, message: 'is not right' })).toBe(expected);
});
