import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { rightsTables } from './rights-table';

export const SECURITY_PAGE = 'docs/security.md';

const RIGHTS = /(<!-- rights: .*-->\n)[\s\S]*(<!-- rights end -->\n)/;

/** docs/security.md, written by hand but for the tables of rights, which are made anew. */
export function securityPage(): string {
  const page = readFileSync(join(projectRoot, SECURITY_PAGE), 'utf8');
  if (!RIGHTS.test(page)) throw new Error(`${SECURITY_PAGE} has no place for the rights`);
  return page.replace(RIGHTS, (_all, begin: string, end: string) => `${begin}\n${rightsTables()}\n\n${end}`);
}
