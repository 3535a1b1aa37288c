import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { linksIn, readPage } from './page';

const FOLDER = 'docs/adr';

const records = readdirSync(join(projectRoot, FOLDER)).filter(name => name !== 'README.md');

const headingsOf = (page: string): string[] => [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);

describe('docs/adr', () => {
  it('numbers the decisions consecutively', () => {
    expect(records.map(name => name.slice(0, 5))).toEqual(
      records.map((_, index) => `${String(index + 1).padStart(4, '0')}-`),
    );
  });

  it('lists all of them, in their order', () => {
    expect(linksIn(readPage(`${FOLDER}/README.md`)).filter(link => link.endsWith('.md'))).toEqual(records);
  });

  it.each(records)('has the headings of a decision, and its number: %s', name => {
    const page = readPage(`${FOLDER}/${name}`);
    expect(page).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
    expect(headingsOf(page).slice(0, 4)).toEqual(['Status', 'Context', 'Decision', 'Consequences']);
  });
});
