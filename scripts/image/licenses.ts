import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from './project-root';

interface Package {
  readonly title: string;
  /** What it says of itself, in its LICENSE and NOTICE files. */
  readonly text: string;
}

/** What files with a license or a notice are called. */
const NAMES = /^(licen[cs]e|copying|notice)/i;

/**
 * The licenses of what is in an image, as most of them ask whoever passes it on: the text of each, and which npm packages it is of. The same packages give the
 * same text.
 *
 * @param folders of the packages, within the checkout
 */
export async function licenses(folders: readonly string[]): Promise<string> {
  const packages = await Promise.all(folders.map(readPackage));
  const own = { title: 'this program itself', text: await readFile(join(projectRoot, 'LICENSE'), 'utf8') };
  const byText = new Map<string, Set<string>>();
  for (const { title, text } of [own, ...packages]) byText.set(text, (byText.get(text) ?? new Set()).add(title));
  const sections = [...byText].map(([text, titles]) => `${[...titles].sort().join('\n')}\n\n${text.trim()}\n`);
  return `${HEADER}\n${sections.map(section => `${LINE}\n${section}`).join('\n')}`;
}

const LINE = '='.repeat(80);

const HEADER = `Licenses of what is in this image, by package; /sbom.cdx.json lists the packages. That of Node.js is in /usr/local/LICENSE, those of other programs
of the base image are in its own places (of Debian's packages, /usr/share/doc).
`;

async function readPackage(folder: string): Promise<Package> {
  const path = join(projectRoot, folder);
  const { name, version, license, author } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string | { readonly type: string };
    readonly author?: string | { readonly name: string };
  };
  const files = (await readdir(path, { withFileTypes: true })).filter(file => file.isFile() && NAMES.test(file.name));
  const texts = await Promise.all(files.map(({ name: file }) => readFile(join(path, file), 'utf8')));
  const id = typeof license === 'object' ? license.type : license;
  const by = typeof author === 'object' ? author.name : author;
  const said = `The package holds no text of its license. Its package.json says: ${id ?? 'nothing'}${by === undefined ? '' : `, by ${by}`}.`;
  const text = texts.length === 0 ? said : texts.sort().join('\n\n');
  return { title: `${name}@${version} (${id ?? 'no license named'})`, text: text.replaceAll('\r\n', '\n') };
}
