import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../image/project-root';

/** Where an operator looks after NatsClusters: everywhere, or in namespaces that it is told. */
export type Scope = 'cluster' | 'namespaced';

/** What an installer can choose, as the chart's values.yaml says it. */
export type Values = Readonly<Record<string, unknown>>;

/** The chart, relative to the checkout. */
export const CHART = 'charts/nats-operator';

/** The defaults of values.yaml for that scope: the plain manifests are what these make. */
export function defaultValues(scope: Scope): Values {
  const text = readFileSync(join(projectRoot, CHART, 'values.yaml'), 'utf8');
  return { ...(parse(text) as Values), scope };
}

/** What stands at a path such as `image.repository`; throws where values.yaml has no such key, which would be a mistake in a template. */
export function valueAt(values: Values, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !(key in value)) throw new Error(`values.yaml has no ${path}`);
    return (value as Values)[key];
  }, values);
}

/** As Helm's `with` and `if` see it: nothing, false, 0 and what has no members are empty. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}
