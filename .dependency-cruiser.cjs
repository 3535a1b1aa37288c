// The dependency rules of docs/architecture.md. Imports point one way:
// capabilities → operator, leader-election → controllers of the kinds → pure code of the kinds → nats, schema, runtime → kubernetes, x509, json, text.
const foundation = '^src/(text|json|x509|kubernetes)/';
const schema = '^src/schema/';
const nats = '^src/nats/';
const runtime = '^src/runtime/';
const cluster = '^src/nats-cluster/';
const serviceRole = '^src/nats-service-role/';
const generated = '^generated/';
/** Code that decides, without I/O or a clock. */
const pure =
  '^src/(text|json|x509|kubernetes|schema|nats)/|^src/nats-cluster/(?!controller/|monitoring/|system-account/)|^src/nats-service-role/(?!controller/)';

const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|capabilities|pepr\\.ts|generated|scripts|tools|test)', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^(src|capabilities)' }, to: {} },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^(src|capabilities|pepr\\.ts)' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    layer('text-imports-nothing', '^src/text/', []),
    layer('json-imports-nothing', '^src/json/', []),
    layer('x509-imports-nothing', '^src/x509/', []),
    layer('kubernetes-imports-foundations', '^src/kubernetes/', [foundation]),
    layer('schema-imports-foundations', schema, [foundation, generated]),
    layer('nats-imports-foundations', nats, [foundation, schema, generated]),
    layer('runtime-knows-no-nats', runtime, [foundation, schema]),
    layer('nats-cluster-imports-what-it-builds-on', cluster, [
      foundation,
      schema,
      nats,
      runtime,
      serviceRole,
      generated,
    ]),
    layer('nats-service-role-imports-what-it-builds-on', serviceRole, [
      foundation,
      schema,
      nats,
      runtime,
      cluster,
      generated,
    ]),
    layer('leader-election-imports-the-runtime', '^src/leader-election/', [foundation, schema, runtime]),
    layer('operator-starts-the-rest', '^src/operator/', ['^src/', generated, '^pepr\\.ts$']),
    layer('reloader-imports-nothing', '^src/sidecars/reloader/', []),
    layer('bootconfig-imports-nothing', '^src/sidecars/bootconfig/', []),
    layer('generated-imports-nothing', generated, []),
    layer('tools-local-cluster-alone', '^tools/local-cluster/', ['^tools/toolchain/']),
    layer('tools-toolchain-imports-nothing', '^tools/toolchain/', []),
    {
      name: 'pure-code-imports-pure-code',
      comment: 'Types of what does I/O are welcome in pure code; its run time is not.',
      severity: 'error',
      from: { path: pure },
      to: {
        path: '^src/(runtime|operator|leader-election|nats-cluster/(controller|monitoring|system-account)|nats-service-role/controller)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure-code-does-no-io',
      comment: 'Types of pepr and kubernetes-fluent-client are welcome in pure code; their run time is not.',
      severity: 'error',
      from: { path: pure },
      to: {
        path: [
          '^node_modules/(pepr|kubernetes-fluent-client|@kubernetes/client-node|@nats-io|undici)/',
          '^(node:)?(fs|net|http|https|dns|child_process|timers)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nobody-imports-capabilities-but-pepr',
      severity: 'error',
      from: { pathNot: '^(pepr\\.ts|capabilities/|test/)' },
      to: { path: '^capabilities/' },
    },
    {
      name: 'one-importer-of-undici',
      severity: 'error',
      from: { path: '^(src|capabilities)/', pathNot: '^src/runtime/http\\.ts$' },
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
