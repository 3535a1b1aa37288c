import { isBlock, isList, members, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Subjects as a server has to read them, from a list of allowed ones or `{allow, deny}`. An empty list allows nothing; a server
 * takes it for no restriction at all (verified with 2.1.9 to 2.15.2), so that everything is denied instead. Answers that
 * `allow_responses` grants are exempt from what is denied.
 */
export function subjectRules(rules: ConfValue): ConfValue {
  const allow = isBlock(rules) ? members(rules).find(([key]) => key.toLowerCase() === 'allow')?.[1] : rules;
  return isList(allow) && allow.length === 0 ? NOTHING : rules;
}

const NOTHING: ConfBlock = { deny: ['>'] };

/** The rules of routes, which come from `natsConfig.extra` alone, in the same way. */
export function withRouteRules(conf: Conf): Conf {
  const { cluster } = conf;
  return isBlock(cluster) ? { ...conf, cluster: mapMembers(cluster, 'permissions', routeRules) } : conf;
}

/** A server takes the words of clients for those of routes as well. @see nats-server, server/opts.go, parseUserPermissions */
const routeRules = (permissions: ConfValue): ConfValue =>
  isBlock(permissions) ? mapMembers(permissions, 'import export publish subscribe pub sub', subjectRules) : permissions;

/** NATS reads keys in any case. */
function mapMembers(block: ConfBlock, keys: string, change: (value: ConfValue) => ConfValue): ConfBlock {
  const changed = members(block).filter(([key]) => keys.split(' ').includes(key.toLowerCase()));
  return { ...block, ...Object.fromEntries(changed.map(([key, value]) => [key, change(value)])) };
}
