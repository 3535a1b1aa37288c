import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { version } from '../../../../package.json';
import { projectRoot } from '../../../../scripts/image/project-root';
import { CHART } from '../../../../scripts/install/chart';
import { rbacRulesTemplate } from '../../../../scripts/install/rbac-rules';

test('the chart, the operator and the package have one version', () => {
  const chart = parse(readFileSync(join(projectRoot, CHART, 'Chart.yaml'), 'utf8')) as object;
  expect(chart).toMatchObject({ version, appVersion: version });
});

describe('the template of the RBAC rules', () => {
  const template = rbacRulesTemplate();

  test('defines the rules of each Role, as YAML without aliases', () => {
    const names = [...template.matchAll(/^\{\{- define "nats-operator\.(\w+)" -\}\}$/gm)].map(([, name]) => name);
    expect(names).toEqual(['clusterRules', 'leaseRules', 'peprStoreRules', 'namespacedRules']);
    expect(template).not.toMatch(/[&*]a\d/);
  });

  test('has the rules for ServiceAccounts as users where these are enabled, and nowhere else', () => {
    const conditional = /^\{\{- if \.Values\.serviceAccounts\.enabled \}\}\n([\s\S]*?)^\{\{- end \}\}$/gm;
    const optional = [...template.matchAll(conditional)].map(([, rules = '']) => parse(rules) as unknown);
    const forAccounts = [
      { apiGroups: [''], resources: ['secrets'], verbs: ['delete'] },
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['list', 'watch'] },
      { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
    ];
    expect(optional).toEqual([forAccounts, forAccounts]);
    const bodies = template.replaceAll(conditional, '').matchAll(/-\}\}\n([\s\S]*?)^\{\{- end \}\}$/gm);
    const others = [...bodies].flatMap(([, rules = '']) => parse(rules) as unknown[]);
    expect(others.length).toBeGreaterThan(20);
    expect(others.filter(rule => forAccounts.some(each => isDeepStrictEqual(each, rule)))).toEqual([]);
  });
});
