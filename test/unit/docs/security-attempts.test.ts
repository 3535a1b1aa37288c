import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8').replaceAll("\\'", "'");

interface Named {
  readonly attempt: string;
  readonly file: string;
  /** Of a test in that file; empty where the file as a whole is named. */
  readonly title: string;
}

/** The tests that the last column names: `file: title; another title of it; another file: title`, with remarks in brackets. */
function namedTests(): Named[] {
  const rows = read('docs/security-attempts.md')
    .split('\n')
    .filter(line => /^\| \d/.test(line))
    .map(line => line.slice(2, -2).split(' | '));
  return rows.flatMap(([attempt = '', , , tests = '']) => {
    let file = '';
    return tests.split('; ').flatMap(part => {
      const [, named, words] = /(test\/\S+\.(?:test\.)?ts)(?:: )?(.*)$/.exec(part) ?? [];
      file = named ?? file;
      const title = (named === undefined ? part : (words ?? '')).replace(/ \(.*\)$/, '');
      const isTitle = named === undefined || part.includes(`${named}: `);
      return file === '' ? [] : [{ attempt, file, title: isTitle ? title : '' }];
    });
  });
}

test('all attempts but the one that is no hole name a test', () => {
  expect(new Set(namedTests().map(({ attempt }) => attempt)).size).toBe(53);
});

test.each(namedTests().map(named => [named.attempt, named.file, named.title] as const))(
  'attempt %s is repeated by %s: %s',
  (_attempt, file, title) => {
    expect(existsSync(join(projectRoot, file))).toBe(true);
    expect(read(file)).toContain(title);
  },
);
