import { isJson, type Json } from './objects';

/**
 * Server-side apply by one manager that forces its will: what it applied before and applies no more is gone, what it applies
 * is set, and everything else stays as others left it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function serverSideApply(live: unknown, before: unknown, next: unknown, key = ''): unknown {
  if (Array.isArray(next) && key in listKeys) return applyList(live, before, next, key);
  if (!isJson(next)) return next;
  const [old, was] = [isJson(live) ? live : {}, isJson(before) ? before : {}];
  const given = Object.keys(was).filter(name => !(name in next));
  const kept = Object.fromEntries(
    Object.entries(old).flatMap(([name, value]) => {
      const left = given.includes(name) ? withoutOwned(value, was[name], name) : value;
      return left === undefined ? [] : [[name, left]];
    }),
  );
  const set = Object.entries(next).map(([name, value]) => [name, serverSideApply(old[name], was[name], value, name)]);
  return { ...kept, ...(Object.fromEntries(set) as Json) };
}

/** The lists that are merged by a key; from the x-kubernetes-list-map-keys of the published OpenAPI. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  volumes: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port', 'protocol'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
};

function applyList(live: unknown, before: unknown, next: readonly unknown[], key: string): unknown[] {
  const name = (item: unknown): string =>
    (listKeys[key] ?? []).map(field => (isJson(item) ? JSON.stringify(item[field]) : '')).join('/');
  const [old, was] = [asList(live), asList(before)];
  const find = (list: readonly unknown[], item: unknown): unknown => list.find(other => name(other) === name(item));
  const others = old.filter(item => find(next, item) === undefined && find(was, item) === undefined);
  return [...next.map(item => serverSideApply(find(old, item), find(was, item), item)), ...others];
}

/** What others have set inside a field that its manager gives up; undefined where there is nothing. */
function withoutOwned(live: unknown, before: unknown, key: string): unknown {
  if (isJson(live) && isJson(before)) {
    const left = serverSideApply(live, before, {});
    return isJson(left) && Object.keys(left).length > 0 ? left : undefined;
  }
  if (!(key in listKeys)) return undefined;
  const left = applyList(live, before, [], key);
  return left.length > 0 ? left : undefined;
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
