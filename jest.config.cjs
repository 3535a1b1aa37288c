const { buildSync } = require('esbuild');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { dependencies } = require('./package.json');

// The tiers of docs/architecture.md, each a jest project: `npx jest --selectProjects unit`.
const esmPackages = ['kubernetes-fluent-client', '@marcbachmann/cel-js', 'p-map'];

/** Kubernetes' client is 1,300 files, and each file of tests reads what it imports anew: it is made one. */
function bundledClient() {
  const name = '@kubernetes/client-node';
  const outfile = join(__dirname, '.jest', `kubernetes-client-${dependencies[name]}.cjs`);
  if (!existsSync(outfile)) {
    buildSync({
      entryPoints: [require.resolve(name)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      minifyWhitespace: true,
    });
  }
  return outfile;
}

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleNameMapper: { '^@kubernetes/client-node$': bundledClient() },
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Module folders that builds leave behind; their package.json would be taken for a second one of this project.
  modulePathIgnorePatterns: ['<rootDir>/\\.(work|cluster)/', '<rootDir>/dist/'],
  transformIgnorePatterns: [`node_modules/(?!(${esmPackages.join('|')})/)`],
};

const tier = name => ({ ...shared, displayName: name, testMatch: [`<rootDir>/test/${name}/**/*.test.ts`] });

// One API server for the whole tier.
const api = {
  ...tier('api'),
  globalSetup: '<rootDir>/test/api/global-setup.ts',
  globalTeardown: '<rootDir>/test/api/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/api/test-timeouts.ts'],
};

module.exports = {
  // A deadline for what hangs, not a measure: machines are busy.
  testTimeout: 30_000,
  projects: [
    tier('unit'),
    tier('golden'),
    { ...tier('nats'), globalSetup: '<rootDir>/test/nats/global-setup.ts' },
    api,
    {
      ...tier('cluster'),
      // Each file has an operator and namespaces of its own, so that several run at once.
      testMatch: ['<rootDir>/test/cluster/*.test.ts'],
      globalSetup: '<rootDir>/test/cluster/global-setup.ts',
      globalTeardown: '<rootDir>/test/cluster/global-teardown.ts',
    },
    {
      ...tier('alone'),
      // These change what all share: nodes, the deployed operator.
      testMatch: ['<rootDir>/test/cluster/alone/*.test.ts'],
      globalSetup: '<rootDir>/test/cluster/global-setup.ts',
      globalTeardown: '<rootDir>/test/cluster/global-teardown.ts',
    },
    // Last: what all operators of the cluster tier have asked for.
    { ...tier('rights'), testMatch: ['<rootDir>/test/cluster/rights/*.test.ts'] },
  ],
};
