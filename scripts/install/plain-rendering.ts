import type { Members, Rendering } from './rendering';
import { isEmpty, type Values, valueAt } from './values';

/** Objects as they are with these values. */
export function plainRendering(values: Values, namespace: string | undefined): Rendering {
  return {
    namespace,
    choice: ({ plain }) => plain(values),
    optional: (key, path) => {
      const value = valueAt(values, path);
      return isEmpty(value) ? {} : { [key]: value };
    },
    members: path => valueAt(values, path) as Members,
    items: (path, defaults) => {
      const items = valueAt(values, path) as readonly unknown[];
      return defaults === undefined ? items : items.map(item => ({ ...(item as object), ...without(defaults, item) }));
    },
    where: ({ plain }, members) => (plain(values) ? members : {}),
    itemsWhere: ({ plain }, items) => (plain(values) ? items : []),
  };
}

/** Those of the members that the object does not have. */
function without(members: Readonly<Record<string, string>>, object: unknown): Members {
  const own = Object.keys(object as object);
  return Object.fromEntries(Object.entries(members).filter(([key]) => !own.includes(key)));
}
