import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { scripts } from '../../../package.json';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/chart';
import { parseFlags } from '../../../src/operator/flags';
import { commandsIn, readPage, spansIn } from './page';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const page = readPage('docs/install.md');
const commands = commandsIn(page);
const words = commands.flatMap(command => command.split(/[\s']+/));
const defaults = parse(readPage(`${CHART}/values.yaml`)) as object;
const schema = JSON.parse(readPage(`${CHART}/values.schema.json`)) as Schema;

/** Rows of the table of the chart's values: the key, and the default as it is written. */
const rows = (page.split('| value ')[1] ?? '').split('\n\n')[0] ?? '';
const documented = [...rows.matchAll(/^\| `([\w.]+)` +\| (?:`([^`]*)`|see values\.yaml) +\|/gm)];

/** `image.tag=1` and `namespaces={a,b}` are of one key each. */
const setKeys = (text: string): string[] => [...text.matchAll(/--set[ =]'?([\w.]+)=/g)].map(([, key = '']) => key);

/** An object whose members the schema does not name takes any. */
const member = (inner: Schema | undefined, name: string): Schema | undefined =>
  inner?.type === 'object' && inner.properties === undefined ? {} : inner?.properties?.[name];

/** As values.yaml has it. */
const defaultOf = (key: string): unknown =>
  key.split('.').reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>>)[name], defaults);

const isValue = (key: string): boolean => key.split('.').reduce(member, schema) !== undefined;

describe('docs/install.md', () => {
  test('sets values of the chart, and no others', () => {
    const keys = setKeys(page);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter(key => !isValue(key))).toEqual([]);
  });

  test('lists values of the chart with their defaults', () => {
    expect(documented.length).toBeGreaterThan(10);
    for (const [, key = '', text] of documented) {
      expect({ key, isValue: isValue(key) }).toEqual({ key, isValue: true });
      const value = defaultOf(key);
      expect(value).toBeDefined();
      if (text !== undefined) expect({ key, value: parse(text) as unknown }).toEqual({ key, value });
    }
  });

  test('names by themselves only flags that the operator takes', () => {
    const flags = spansIn(page).filter(span => span.startsWith('--') && !span.startsWith('--set'));
    expect(flags.length).toBeGreaterThan(2);
    for (const flag of flags) expect(() => parseFlags([flag], 'nats-io')).not.toThrow();
  });

  test('gives to kubectl and helm only files that exist', () => {
    const named = words.filter((_, index) => words[index - 1] === '-f' && words[index] !== '-');
    const charts = commands.flatMap(command => /^helm (?:install|upgrade|template) \S+ (\S+)/.exec(command)?.[1] ?? []);
    const folders = readdirSync(projectRoot, { withFileTypes: true }).filter(entry => entry.isDirectory());
    const within = words.filter(word => folders.some(({ name }) => word.startsWith(`${name}/`)));
    expect(named.length).toBeGreaterThan(5);
    expect(charts.length).toBeGreaterThan(5);
    const missing = [...named, ...charts, ...within].filter(path => !existsSync(join(projectRoot, path)));
    expect(missing).toEqual([]);
  });

  test('runs scripts that there are', () => {
    const all = [...commands, ...spansIn(page)].flatMap(text => /npm run ([\w:]+)/.exec(text)?.[1] ?? []);
    expect(all).toContain('image');
    expect(all.filter(name => !(name in scripts))).toEqual([]);
  });
});
