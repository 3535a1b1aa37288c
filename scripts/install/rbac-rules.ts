import { stringify } from 'yaml';
import {
  clusterRights,
  leaseRights,
  namespacedRights,
  rules,
  storeRights,
  webhookRights,
  wideRights,
  type Right,
} from './rights';

/** The chart's templates/_rbac-rules.tpl: the rules of each of its Roles as a named template. */
export function rbacRulesTemplate(): string {
  const sections = [
    comment('Generated from scripts/install/rights.ts by `npm run manifests`. Do not edit.'),
    define('clusterRules', 'The ClusterRole of an operator with the scope cluster.', [
      ...clusterRights,
      ...wideRights,
      ...webhookRights,
    ]),
    define('leaseRules', 'The Role of an operator with the scope cluster in its own namespace.', leaseRights),
    define('peprStoreRules', 'The Role of an operator with the scope cluster in the namespace of Pepr.', storeRights),
    define(
      'namespacedRules',
      'The Role of an operator with the scope namespaced in each namespace that it manages.',
      namespacedRights,
    ),
  ];
  return sections.join('\n');
}

/** The rules for ServiceAccounts as users are conditional. */
function define(name: string, purpose: string, rights: readonly Right[]): string {
  const required = rights.filter(({ isForServiceAccounts }) => isForServiceAccounts !== true);
  const optional = rights.filter(({ isForServiceAccounts }) => isForServiceAccounts === true);
  const lines = [
    comment(purpose),
    `{{- define "nats-operator.${name}" -}}\n`,
    toYaml(required),
    ...(optional.length === 0 ? [] : ['{{- if .Values.serviceAccounts.enabled }}\n', toYaml(optional), '{{- end }}\n']),
    '{{- end }}\n',
  ];
  return lines.join('');
}

function comment(text: string): string {
  return `{{/*\n${text}\n*/}}\n`;
}

/** Without aliases: their anchors could be in another part of the template. */
function toYaml(rights: readonly Right[]): string {
  return stringify(rules(rights), { lineWidth: 0, aliasDuplicateObjects: false });
}
