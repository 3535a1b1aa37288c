import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { rbacRulesTemplate } from './rbac-rules';

/** The chart, relative to the checkout. */
export const CHART = 'charts/nats-operator';

/** Where the chart has its copies of the CRDs; nothing else is in this folder. */
export const CHART_CRDS = `${CHART}/files/crds`;

/** The generated files of the chart, by their path in the checkout. All others are written by hand. */
export function generatedChartFiles(): ReadonlyMap<string, string> {
  const crds = readdirSync(join(projectRoot, 'crds'));
  return new Map([
    [`${CHART}/templates/_rbac-rules.tpl`, rbacRulesTemplate()],
    ...crds.map(name => [`${CHART_CRDS}/${name}`, readFileSync(join(projectRoot, 'crds', name), 'utf8')] as const),
  ]);
}
