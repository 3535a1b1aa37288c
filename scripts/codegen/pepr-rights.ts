import { namespacedRights, peprRights, rules, wideRights } from '../install/rights';

interface Package {
  readonly pepr: object;
}

/** package.json with the rights that `pepr deploy` grants, in `pepr.rbac`; all else in it is written by hand. */
export function withPeprRights(text: string): string {
  const content = JSON.parse(text) as Package;
  const rbac = rules([...namespacedRights, ...wideRights, ...peprRights]);
  return `${JSON.stringify({ ...content, pepr: { ...content.pepr, rbac } }, undefined, 2)}\n`;
}
