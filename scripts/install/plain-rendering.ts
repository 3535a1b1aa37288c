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
    items: path => valueAt(values, path) as readonly unknown[],
    where: ({ plain }, members) => (plain(values) ? members : {}),
    itemsWhere: ({ plain }, items) => (plain(values) ? items : []),
  };
}
