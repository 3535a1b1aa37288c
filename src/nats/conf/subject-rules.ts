import { confKey } from './conf-key';
import { isBlock, isList, members, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Converts a list of allowed subjects or `{allow, deny}` to what nats-server needs. An empty list allows nothing, but
 * nats-server treats it as unrestricted (verified with 2.1.9 to 2.15.2), so everything is denied instead. Responses
 * granted by `allow_responses` are exempt from denials.
 */
export function subjectRules(rules: ConfValue): ConfValue {
  const allow = isBlock(rules) ? members(rules).find(([key]) => confKey(key) === 'allow')?.[1] : rules;
  if (isList(allow) && allow.length === 0) return NOTHING;
  if (isList(rules)) return withShadowed(rules);
  return isBlock(rules) ? mapMembers(rules, 'allow deny', withShadowed) : rules;
}

const NOTHING: ConfBlock = { deny: ['>'] };

/**
 * Adds subjects that nats-server 2.10 would not match: `orders.*` does not match `orders.new`, allowed or denied, if
 * the list also contains a longer subject such as `orders.new.eu` (verified with 2.10.29; 2.9.25 and 2.15.2 are
 * correct). Listing it explicitly has no effect on other versions.
 */
function withShadowed(list: ConfValue): ConfValue {
  if (!isList(list)) return list;
  const subjects = list.filter(subject => typeof subject === 'string');
  // The prefix of each pattern that ends with the wildcard `*`: `orders.` or the empty string.
  const prefixes = new Set(subjects.filter(subject => /(^|\.)\*$/.test(subject)).map(subject => subject.slice(0, -1)));
  const known = new Set(subjects);
  const missing = new Set(subjects.flatMap(subject => shadowedBy(subject, prefixes)).filter(name => !known.has(name)));
  return missing.size === 0 ? list : [...list, ...missing];
}

/** The prefixes of a subject that a pattern of the list should match. */
function shadowedBy(subject: string, prefixes: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (let start = 0, end = subject.indexOf('.'); end !== -1; start = end + 1, end = subject.indexOf('.', start)) {
    if (subject.slice(start, end) !== '*' && prefixes.has(subject.slice(0, start))) found.push(subject.slice(0, end));
  }
  return found;
}

/** Applies the same conversion to route permissions, which only `natsConfig.extra` can set. */
export function withRouteRules(conf: Conf): Conf {
  const { cluster } = conf;
  return isBlock(cluster) ? { ...conf, cluster: mapMembers(cluster, 'permissions', routeRules) } : conf;
}

/**
 * nats-server accepts the client keys (`publish`, `subscribe`) for routes as well.
 *
 * @see nats-server, server/opts.go, parseUserPermissions
 */
const routeRules = (permissions: ConfValue): ConfValue =>
  isBlock(permissions) ? mapMembers(permissions, 'import export publish subscribe pub sub', subjectRules) : permissions;

/** NATS keys are case-insensitive. */
function mapMembers(block: ConfBlock, keys: string, change: (value: ConfValue) => ConfValue): ConfBlock {
  const changed = members(block).filter(([key]) => keys.split(' ').includes(confKey(key)));
  return { ...block, ...Object.fromEntries(changed.map(([key, value]) => [key, change(value)])) };
}
