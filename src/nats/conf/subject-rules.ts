import { confKey } from './conf-key';
import { isBlock, isList, members, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Subjects as a server has to read them, from a list of allowed ones or `{allow, deny}`. An empty list allows nothing; a server
 * takes it for no restriction at all (verified with 2.1.9 to 2.15.2), so that everything is denied instead. Answers that
 * `allow_responses` grants are exempt from what is denied.
 */
export function subjectRules(rules: ConfValue): ConfValue {
  const allow = isBlock(rules) ? members(rules).find(([key]) => confKey(key) === 'allow')?.[1] : rules;
  if (isList(allow) && allow.length === 0) return NOTHING;
  if (isList(rules)) return withShadowed(rules);
  return isBlock(rules) ? mapMembers(rules, 'allow deny', withShadowed) : rules;
}

const NOTHING: ConfBlock = { deny: ['>'] };

/**
 * The list with the subjects that a server would miss. A pattern such as `orders.*` does not cover `orders.new` for nats-server 2.10, allowed or
 * denied, where the list holds a longer subject such as `orders.new.eu` as well (verified with 2.10.29; 2.9.25 and 2.15.2 are right). Naming it changes nothing for
 * the others.
 */
function withShadowed(list: ConfValue): ConfValue {
  if (!isList(list)) return list;
  const subjects = list.filter(subject => typeof subject === 'string');
  // What comes before the last part of each pattern that ends with a wildcard for one part: `orders.` or nothing.
  const prefixes = new Set(subjects.filter(subject => /(^|\.)\*$/.test(subject)).map(subject => subject.slice(0, -1)));
  const known = new Set(subjects);
  const missing = new Set(subjects.flatMap(subject => shadowedBy(subject, prefixes)).filter(name => !known.has(name)));
  return missing.size === 0 ? list : [...list, ...missing];
}

/** The beginnings of a subject that a pattern of the list was to cover. */
function shadowedBy(subject: string, prefixes: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (let start = 0, end = subject.indexOf('.'); end !== -1; start = end + 1, end = subject.indexOf('.', start)) {
    if (subject.slice(start, end) !== '*' && prefixes.has(subject.slice(0, start))) found.push(subject.slice(0, end));
  }
  return found;
}

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
  const changed = members(block).filter(([key]) => keys.split(' ').includes(confKey(key)));
  return { ...block, ...Object.fromEntries(changed.map(([key, value]) => [key, change(value)])) };
}
