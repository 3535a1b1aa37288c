import { auditedRequests } from '../support/audited-requests';
import type { Right } from '../../../scripts/install/rights';
import { accountOf, accounts, allows, described, verbsOf, type GrantedAccount } from '../support/rbac-coverage';

/** By account, what of it was used and what was asked for beyond it; each as `verb group/resource name`. */
const used = new Map<GrantedAccount, Set<string>>(accounts.map(account => [account, new Set()]));
const beyond = new Set<string>();

/** One after the other, for the log of a whole tier is long. */
beforeAll(async () => {
  for await (const request of auditedRequests(process.env.RIGHTS_SINCE ?? '')) {
    const account = accountOf(request);
    if (account === undefined) continue;
    for (const verb of verbsOf(request)) {
      const right = account.rights.find(each => allows(each, request, verb));
      if (right !== undefined) used.get(account)?.add(`${verb} ${right.apiGroup}/${right.resource}`);
      const isEverywhere = account.isNamespaced && request.objectRef?.namespace === undefined;
      if (right === undefined || isEverywhere)
        beyond.add(`${account.title}: ${described(request, verb)}${isEverywhere ? ' in all namespaces' : ''}`);
    }
  }
}, 120_000);

test.each(accounts.map(account => [account.title, account] as const))('%s was at work', (_title, account) => {
  expect(used.get(account)?.size).toBeGreaterThan(0);
});

/** Those of its rights that it might as well not have. */
function unused(rights: readonly Right[], uses: ReadonlySet<string>): string[] {
  return rights
    .filter(right => right.isAskedByAdmission !== true)
    .flatMap(({ verbs, apiGroup, resource }) => verbs.map(verb => `${verb} ${apiGroup}/${resource}`))
    .filter(right => !uses.has(right));
}

test('every right that is listed was used by some operator', () => {
  const all = new Set([...used.values()].flatMap(each => [...each]));
  expect(accounts.flatMap(({ rights }) => unused(rights, all))).toEqual([]);
});

test('namespaced operators have used every right that they have', () => {
  const namespaced = accounts.filter(({ isNamespaced }) => isNamespaced);
  expect(namespaced.flatMap(account => unused(account.rights, used.get(account) ?? new Set()))).toEqual([]);
});

test('no operator has asked for anything that is not listed', () => {
  expect([...beyond]).toEqual([]);
});
