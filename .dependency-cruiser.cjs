// The arrows of docs/architecture.md. Everything points one way:
// capabilities → controller → sync → plan, resources, conf, status → model → generated.
const pure = '^src/(model|conf|resources|plan|status)/|^src/sync\\.ts$';
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|capabilities|pepr\\.ts|generated|scripts|test)', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^(src|capabilities)' }, to: {} },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^(src|capabilities|pepr\\.ts)' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    layer('model-knows-only-generated', '^src/model/(?!observed\\.ts)', ['^src/model/', '^generated/']),
    layer('observed-knows-children', '^src/model/observed\\.ts$', ['^src/(resources|model)/', '^generated/']),
    layer('conf-knows-the-model', '^src/conf/', ['^src/model/', '^generated/']),
    layer('resources-know-conf-and-model', '^src/resources/', ['^src/conf/', '^src/model/', '^generated/']),
    layer('plan-knows-the-pure-layers', '^src/plan/', ['^src/(resources|conf|model)/', '^generated/']),
    layer('status-knows-the-pure-layers', '^src/status/', ['^src/(plan|resources|conf|model)/', '^generated/']),
    layer('sync-knows-the-pure-layers', '^src/sync\\.ts$', ['^src/(status|plan|resources|conf|model)/', '^generated/']),
    layer('controller-knows-sync', '^src/controller/', [
      '^src/(sync\\.ts|status|plan|resources|conf|model)',
      '^generated/',
    ]),
    layer('reloader-stands-alone', '^src/reloader/', []),
    layer('launcher-prepares-the-module', '^src/launcher/', [
      '^pepr\\.ts$',
      '^src/(shutdown|webhooks|leadership|metrics|controller|sync\\.ts|status|plan|resources|conf|model)',
      '^generated/',
    ]),
    layer('webhooks-know-the-client', '^src/webhooks/', [
      '^src/(controller|sync\\.ts|status|plan|resources|conf|model)',
      '^generated/',
    ]),
    layer('bootconfig-stands-alone', '^src/bootconfig/', []),
    layer('leadership-knows-the-client', '^src/leadership/', [
      '^src/(controller|sync\\.ts|status|plan|resources|conf|model)',
      '^generated/',
    ]),
    layer('metrics-know-what-is-told', '^src/metrics/', ['^src/controller/telemetry\\.ts$']),
    layer('shutdown-stands-alone', '^src/shutdown/', []),
    layer('generated-knows-nobody', '^generated/', []),
    {
      name: 'nobody-imports-capabilities-but-pepr',
      severity: 'error',
      from: { pathNot: '^(pepr\\.ts|capabilities/|test/)' },
      to: { path: '^capabilities/' },
    },
    {
      name: 'pure-code-does-no-io',
      comment: 'Types of pepr and kubernetes-fluent-client are welcome in pure code; their run time is not.',
      severity: 'error',
      from: { path: pure },
      to: {
        path: [
          '^node_modules/(pepr|kubernetes-fluent-client|@kubernetes/client-node|undici)/',
          '^(node:)?(fs|net|http|https|dns|child_process|timers)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'one-importer-of-undici',
      severity: 'error',
      from: { path: '^(src|capabilities)/', pathNot: '^src/controller/http\\.ts$' },
      to: { path: '^node_modules/undici/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
