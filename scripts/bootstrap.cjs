// `node scripts/bootstrap.cjs scripts/start/main.ts …` runs a TypeScript program of this project, also in a fresh clone: it installs the modules of
// package-lock.json first where they are missing or others. So it is plain JavaScript and needs nothing but Node itself.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const root = join(__dirname, '..');
const read = name => JSON.parse(readFileSync(join(root, name), 'utf8'));

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function requireNode() {
  const wanted = read('package.json').engines.node.replace('>=', '');
  const isOlder = wanted.localeCompare(process.versions.node, 'en', { numeric: true }) > 0;
  if (isOlder)
    fail(`This project needs Node ${wanted} or newer, and this is ${process.versions.node} (https://nodejs.org).`);
}

/** Whether what npm has installed is what the lock names; optional packages may be for other platforms. */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const installed = read('node_modules/.package-lock.json').packages;
  return Object.entries(read('package-lock.json').packages).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

function install() {
  process.stderr.write('  … node modules (npm ci, about a minute the first time)\n');
  const begin = Date.now();
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0)
    fail(`npm ci failed${error ? `: ${error.message}` : ''}; its words are above; is the npm registry within reach?`);
  process.stderr.write(`  ✓ node modules, ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
}

requireNode();
if (!isInstalled()) install();

const [, self, program, ...args] = process.argv;
if (program === undefined) fail(`usage: node ${self} PROGRAM.ts [ARGUMENT…]`);
process.argv = [process.execPath, resolve(program), ...args];
require('tsx/cjs');
require(resolve(program));
