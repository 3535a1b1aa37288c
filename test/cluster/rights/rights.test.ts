import { auditedRequests } from '../support/audited-requests';
import { accountOf, accounts, allows, described, verbsOf, type GrantedAccount } from '../support/right-use';

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

test('every right that is listed was used by some operator', () => {
  const all = new Set([...used.values()].flatMap(each => [...each]));
  const listed = accounts.flatMap(({ rights }) => rights).filter(right => right.isAskedByAdmission !== true);
  const unused = listed.flatMap(({ verbs, apiGroup, resource }) =>
    verbs.map(verb => `${verb} ${apiGroup}/${resource}`).filter(each => !all.has(each)),
  );
  expect([...new Set(unused)]).toEqual([]);
});

test('no operator has asked for anything that is not listed', () => {
  expect([...beyond]).toEqual([]);
});
