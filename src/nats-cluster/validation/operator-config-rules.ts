import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';
import { fieldPath } from '../../schema/schema';
import { urlProblems } from '../../nats/server-url';

/** An account's public nkey: base32, of which the first letter says what the key is. @see https://github.com/nats-io/nkeys */
const ACCOUNT = /^A[A-Z2-7]{55}$/;
const HINT = 'the public key of an account: A and 55 more capital letters or digits from 2 to 7';

/** Warns of an account that is not named by its public key: a server does not start with such a system account. */
export function accountsAreKeys({ spec: { operatorConfig } }: ReviewedCluster): Problem[] {
  if (operatorConfig === undefined) return [];
  const { systemAccount, resolverPreload = {} } = operatorConfig;
  const named: [string, string][] = [
    ...(systemAccount ? [['spec.operatorConfig.systemAccount', systemAccount] satisfies [string, string]] : []),
    ...Object.keys(resolverPreload).map((account): [string, string] => [
      fieldPath('spec.operatorConfig.resolverPreload', account),
      account,
    ]),
  ];
  return named
    .filter(([, account]) => !ACCOUNT.test(account))
    .map(([path, account]) => ({
      path,
      message: `is not the public key of an account, and servers do not start with it: "${account.slice(0, 60)}"`,
      hint: HINT,
    }));
}

/** An account server's URL is one that the servers can ask: they fetch the system account before they start. */
export function resolverUrlIsValid({ spec: { operatorConfig } }: ReviewedCluster): Problem[] {
  const [, url] = /^url[(] *"?([^ "()]+)"? *[)]$/i.exec(operatorConfig?.resolver ?? '') ?? [];
  const schemes = ['https', 'http'];
  const rules = { schemes, withPath: schemes, example: 'URL(https://accounts.example.com/jwt/v1/accounts/)' };
  return urlProblems('spec.operatorConfig.resolver', url, rules);
}

/** Warns where nothing in the spec says whom servers ask for accounts. */
export function resolverIsGiven({ spec: { operatorConfig } }: ReviewedCluster): Problem[] {
  if (operatorConfig === undefined || operatorConfig.resolver) return [];
  return [
    {
      path: 'spec.operatorConfig.resolver',
      message: 'is not set, so servers start only where the JWT of the operator names an account server',
      hint: 'URL(https://…) or MEMORY with resolverPreload',
    },
  ];
}
