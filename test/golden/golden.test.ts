import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { ChildSecret } from '../../src/nats-cluster/child';
import type { Child } from '../../src/nats-cluster/children';
import { childrenOf, clusterFiles, readManifest } from './cluster-files';

/** Set by `npm run golden`: the files are written rather than compared. */
const isUpdate = process.env.UPDATE_GOLDEN === 'true';

const folder = path.join(__dirname, 'children');

test.each(clusterFiles)('%s: all children and nats.conf are as in its golden file', name => {
  const file = path.join(folder, `${name}.yaml`);
  const text = goldenChildren(name).map(print).join('---\n');
  if (isUpdate) writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no golden file: npm run golden').toBe(text);
});

test('every golden file belongs to a cluster', () => {
  expect(readdirSync(folder)).toEqual(clusterFiles.map(name => `${name}.yaml`));
});

function goldenChildren(name: string): Child[] {
  const { cluster, secrets } = readManifest(name);
  return childrenOf(cluster, secrets);
}

/** A child as YAML; a Secret's texts are readable. */
function print(child: Child): string {
  const readable = child.kind === 'Secret' ? readableSecret(child) : child;
  return stringify(readable, { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true });
}

function readableSecret({ data = {}, ...rest }: ChildSecret): object {
  const texts = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]);
  return texts.length === 0 ? rest : { ...rest, stringData: Object.fromEntries(texts) as unknown };
}
