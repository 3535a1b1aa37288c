import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { license, version } from '../../package.json';
import { projectRoot } from './project-root';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string } | undefined>>;
}

/**
 * A bill of materials in CycloneDX's JSON form, of node and the npm packages that are in an image. It says nothing of when or by whom it was made, so that the same
 * image has the same one.
 *
 * @param folders of the packages, within the checkout
 * @param nodeVersion of the base image
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export async function sbom(name: string, folders: readonly string[], nodeVersion: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as Lock;
  const packages = await Promise.all(folders.map(folder => component(folder, lock)));
  const components = [node(nodeVersion), ...packages];
  const own = { type: 'application', 'bom-ref': name, name, version, licenses: licenses(license) };
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component: own }, components };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

/** With the name by which vulnerabilities are filed. */
function node(nodeVersion: string): object {
  return {
    type: 'platform',
    'bom-ref': 'node',
    name: 'node',
    version: nodeVersion,
    cpe: `cpe:2.3:a:nodejs:node.js:${nodeVersion}:*:*:*:*:*:*:*`,
    purl: `pkg:generic/node@${nodeVersion}`,
    licenses: licenses('MIT'),
  };
}

async function component(folder: string, lock: Lock): Promise<object> {
  const found = JSON.parse(await readFile(join(projectRoot, folder, 'package.json'), 'utf8')) as Package;
  const purl = `pkg:npm/${found.name.replace('@', '%40')}@${found.version}`;
  return {
    type: 'library',
    // The same package may be there twice, in different folders.
    'bom-ref': folder,
    name: found.name,
    version: found.version,
    purl,
    hashes: hashes(lock.packages[folder]?.integrity),
    licenses: licenses(typeof found.license === 'object' ? found.license.type : found.license),
  };
}

/** An SPDX expression, such as `(MIT OR Apache-2.0)`, or one license. */
function licenses(text: string | undefined): readonly object[] {
  return text === undefined ? [] : [{ expression: text }];
}

/** npm writes the checksum of the package's archive in base64. */
function hashes(integrity = ''): readonly object[] {
  const [, digest] = /^sha512-(.+)$/.exec(integrity) ?? [];
  return digest === undefined ? [] : [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }];
}
