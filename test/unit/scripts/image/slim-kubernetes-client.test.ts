import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usedOfClient } from '../../../../scripts/image/slim-kubernetes-client';

const root = join(__dirname, '../../../..');

function readSources(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter(name => name.endsWith('.ts')).map(name => readFileSync(join(root, folder, name), 'utf8'));
}

test('the image keeps everything of the Kubernetes client that our own programs import', () => {
  const imports = ['src', 'capabilities']
    .flatMap(readSources)
    .flatMap(text => [...text.matchAll(/^import \{([^}]+)\} from '@kubernetes\/client-node'/gm)]);
  const names = imports.flatMap(([, list = '']) => list.split(',').map(name => name.trim()));
  expect([...new Set(names)].sort()).toEqual([...usedOfClient].sort());
});
