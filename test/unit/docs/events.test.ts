import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const page = readFileSync(join(root, 'docs/events.md'), 'utf8');
const [, events = '', conditions = ''] = page.split(/^## /m);

/** The first cell of each row of the tables that begin with a column of that title. */
function documented(text: string, column: string): string[] {
  const tables = text.split('\n\n').filter(table => table.startsWith(`| ${column} `));
  return tables.flatMap(table => [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name)).sort();
}

function sources(folder: string, without = ''): string {
  const files = readdirSync(join(root, folder)).filter(name => name.endsWith('.ts') && name !== without);
  return files.map(name => readFileSync(join(root, folder, name), 'utf8')).join('\n');
}

/** Every word in CamelCase in src/status that is neither a status, a phase nor of an Event: what is left is given as a reason. */
function conditionReasons(): string[] {
  const others = new Set([
    'True',
    'False',
    'Unknown',
    'Running',
    'Failed',
    'Ready',
    'Reconciling',
    'Stalled',
    'Progressing',
    'ConfigApplied',
    'SpecValid',
    'SecretsValid',
    'Altered',
    'ServiceRolesUnavailable',
  ]);
  const words = [...sources('src/status', 'notices.ts').matchAll(/'([A-Z][a-z]\w+)'/g)].map(([, word = '']) => word);
  return [...new Set(words)].filter(word => !others.has(word)).sort();
}

function noticeReasons(): string[] {
  const ofClusters = /export type NoticeReason =([^;]+);/.exec(sources('src/plan'))?.[1] ?? '';
  const ofRoles = /interface RoleNotice [^}]*reason: ([^;]+);/.exec(sources('src/plan/service-roles'))?.[1] ?? '';
  const union = ofClusters + ofRoles;
  return [...union.matchAll(/'(\w+)'/g)].map(([, reason = '']) => reason).sort();
}

describe('docs/events.md', () => {
  test('explains every Event that there is, and no other', () => {
    expect(documented(events, 'reason')).toEqual(noticeReasons());
  });

  test('explains every reason of a condition', () => {
    const missing = conditionReasons().filter(reason => !documented(conditions, 'reason').includes(reason));
    expect(missing).toEqual([]);
  });

  test('names the conditions themselves', () => {
    const types = /conditionTypes = \[([^\]]+)\]/.exec(sources('src/status'))?.[1] ?? '';
    const names = [...types.matchAll(/'(\w+)'/g)].map(([, name = '']) => name).sort();
    expect(documented(conditions, 'type')).toEqual(names);
  });
});
