import { Header } from 'tar';

/** One entry of a tar file. Owner, group and time are 0 unless a folder has an owner, so that the same content gives the same bytes. */
export type TarEntry =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Buffer }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number; readonly owner?: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const block = 512;
const types = { file: 'File', folder: 'Directory', link: 'SymbolicLink' } as const;

/** A tar file (POSIX ustar) of the entries, in their order. Throws for paths that the format has no room for. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(entry => {
    const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const owner = entry.kind === 'folder' ? (entry.owner ?? 0) : 0;
  const encoded = new Header({
    path: entry.path,
    type: types[entry.kind],
    mode: entry.kind === 'link' ? 0o777 : entry.mode,
    uid: owner,
    gid: owner,
    size,
    mtime: new Date(0),
    ...(entry.kind === 'link' ? { linkpath: entry.target } : {}),
  });
  const bytes = Buffer.alloc(block);
  if (encoded.encode(bytes)) throw new Error(`${entry.path} is longer than a tar header has room for`);
  return bytes;
}
