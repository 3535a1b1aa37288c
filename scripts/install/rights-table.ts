import { clusterRights, leaseRights, peprRights, storeRights, webhookRights, wideRights, type Right } from './rights';

/** The rights of each operator in Markdown, a table for each place where it has them. */
export function rightsTables(): string {
  const tables = [
    table('In each namespace that it manages; of the cluster-wide one, everywhere', clusterRights),
    table(
      'In each namespace that a namespaced one manages; of the cluster-wide one, in its own namespace alone',
      leaseRights,
    ),
    table('Of the cluster-wide one alone', wideRights),
    table('Of the cluster-wide one alone, for its webhooks', webhookRights),
    table('Of the cluster-wide one alone, in the namespace `pepr-system`', storeRights),
    table('Where `pepr deploy` brings it, in addition to the first two tables, both everywhere', peprRights),
  ];
  // The reasons are long, and a formatter would pad every row to the longest.
  return ['<!-- prettier-ignore-start -->', ...tables, '<!-- prettier-ignore-end -->'].join('\n\n');
}

const table = (title: string, rights: readonly Right[]): string =>
  `${title}:\n\n${['| kind | verbs | why |', '| --- | --- | --- |', ...rights.map(row)].join('\n')}`;

function row({ apiGroup, resource, verbs, names, why: reason, isForServiceAccounts }: Right): string {
  const why = isForServiceAccounts ? `${reason} (only with \`serviceAccounts.enabled\`)` : reason;
  const kind = `\`${apiGroup === '' ? resource : `${apiGroup}/${resource}`}\``;
  const only = names === undefined ? '' : `, only ${names.map(name => `\`${name}\``).join(', ')}`;
  return `| ${[kind + only, verbs.join(', '), why].join(' | ')} |`;
}
