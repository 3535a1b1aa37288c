import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';

const SPAN = /`([^`\n]+)`/g;
const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

/** A page of the documentation, by its path in the checkout. */
export const readPage = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

/** The page without its blocks of code, in which nothing is a heading. */
export const withoutBlocks = (page: string): string => page.replace(FENCE, '');

/** What it links to, as it is written; what stands in code is no link. */
export const linksIn = (page: string): string[] =>
  [
    ...withoutBlocks(page)
      .replace(SPAN, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = '']) => target);

/** The commands in its blocks of shell, a line each and without what is said about them. */
export function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(FENCE)].flatMap(([, language, text = '']) => (language === 'sh' ? [text] : []));
  const lines = blocks.flatMap(text => text.split('\n')).map(line => line.replace(/(^| )# .*$/, '').trim());
  return lines.filter(line => line !== '');
}

/** What stands between backticks in its text. */
export const spansIn = (page: string): string[] => [...withoutBlocks(page).matchAll(SPAN)].map(([, text = '']) => text);
