import * as fc from 'fast-check';
import type { AuthConfig } from '../../generated/nats-cluster';
import type { NatsUser, UserPermissions } from '../../src/nats/user';
import type { ClientUsers } from '../../src/nats-cluster/secrets/client-users';
import type { SecretFacts } from '../../src/nats-cluster/secrets/secret-facts';
import type { ServiceUser } from '../../src/nats-cluster/spec/service-user';
import { printableText } from './texts';

const secretText = printableText.filter(text => text !== '');
const subject = fc.stringMatching(/^[a-z$]{1,8}(\.[a-z*]{1,8}){0,2}(\.>)?$/);
const subjects = fc.array(subject, { minLength: 1, maxLength: 3 });
const rules = fc.oneof(subjects, fc.record({ allow: subjects, deny: subjects }, { requiredKeys: [] }));

const rolePermissions = fc.record({ publish: rules, subscribe: rules }, { requiredKeys: [] });

const permissions: fc.Arbitrary<UserPermissions> = fc.record(
  {
    publish: rules,
    subscribe: rules,
    allowResponses: fc.constantFrom(true, false, { max: 2 }, { max: 1, expires: '1m30s' }),
  },
  { requiredKeys: [] },
);

const user: fc.Arbitrary<NatsUser> = fc.record(
  {
    username: secretText,
    password: secretText,
    permissions,
    connectionTypes: fc.subarray(['STANDARD', 'WEBSOCKET', 'LEAFNODE'], { minLength: 1 }),
  },
  { requiredKeys: ['username', 'password'] },
);

const users = fc.uniqueArray(user, { selector: ({ username }) => username, maxLength: 3 });

/** Any service accounts that are users. */
export const serviceUsers: fc.Arbitrary<ServiceUser[]> = fc.uniqueArray(
  fc.record({ username: secretText, password: secretText, permissions: rolePermissions }),
  { selector: ({ username }) => username, maxLength: 3 },
);

const login = fc.record({ username: secretText, password: secretText });

/** Whatever may be in the Secrets that a spec names: users or a token, and logins. */
export const secretFacts = ({
  clientsAuthSecret,
  clusterAuthSecret,
  enableServiceAccounts,
}: AuthConfig): fc.Arbitrary<SecretFacts> =>
  fc.record({
    contents: fc.constant(new Map()),
    clientUsers: clientsAuthSecret ? clientUsers(enableServiceAccounts !== true) : fc.constant(undefined),
    clusterCredentials: clusterAuthSecret ? login : fc.constant(undefined),
    gatewayCredentials: fc.constant(undefined),
  });

const clientUsers = (mayBeToken: boolean): fc.Arbitrary<ClientUsers> =>
  fc
    .record({
      users,
      token: mayBeToken ? fc.option(secretText, { nil: undefined }) : fc.constant(undefined),
      defaultPermissions: fc.option(permissions, { nil: undefined }),
      timeout: fc.constantFrom(undefined, 0.5, 30),
    })
    .map(found => (found.token === undefined ? found : { ...found, users: [] }));
