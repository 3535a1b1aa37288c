import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { linksIn, readPage, withoutBlocks } from './page';

const folders = ['.', 'docs', 'docs/adr', 'tools/local-cluster'];
const pages = folders.flatMap(folder =>
  readdirSync(join(projectRoot, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => posix.join(folder, name)),
);

/** The anchors that a renderer gives the headings: without punctuation, and with a hyphen for each space. */
function anchorsOf(text: string): string[] {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map(heading =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Those of the links to the checkout that lead nowhere. */
function broken(page: string, text: string): string[] {
  const inCheckout = linksIn(text).filter(link => !/^[a-z]+:/.test(link));
  return inCheckout.filter(link => {
    const [path = '', anchor] = link.split('#');
    const target = posix.join(posix.dirname(page), path);
    if (path !== '' && !existsSync(join(projectRoot, target))) return true;
    return anchor !== undefined && !anchorsOf(path === '' ? text : readPage(target)).includes(anchor);
  });
}

test.each(pages)('%s links to what exists', page => {
  expect(broken(page, readPage(page))).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  const text = '# Here\n[a](gone.md) [b](tls.md#renewal) [c](tls.md#gone) [d](#here) [e](#there) [f](https://nats.io)';
  expect(broken('docs/any.md', text)).toEqual(['gone.md', 'tls.md#gone', '#there']);
});
