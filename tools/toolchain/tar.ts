/** One entry of a tar file. Owner, group and time are always 0, so that the same content gives the same bytes. */
export type TarEntry =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Buffer }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number; readonly owner?: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const block = 512;
const longestPath = 100;

/** A tar file (POSIX ustar) of the entries, in their order. Throws for paths that the format has no room for. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(entry => {
    const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const target = entry.kind === 'link' ? entry.target : '';
  if (Buffer.byteLength(entry.path) > longestPath || Buffer.byteLength(target) > longestPath) {
    throw new Error(`${entry.path} is longer than the ${longestPath} bytes that a tar header holds`);
  }
  const owner = entry.kind === 'folder' ? (entry.owner ?? 0) : 0;
  const fields: [offset: number, text: string][] = [
    [0, entry.path],
    [100, octal(entry.kind === 'link' ? 0o777 : entry.mode, 8)],
    [108, octal(owner, 8)],
    [116, octal(owner, 8)],
    [124, octal(size, 12)],
    [136, octal(0, 12)],
    [148, ' '.repeat(8)],
    [156, { file: '0', link: '2', folder: '5' }[entry.kind]],
    [157, target],
    [257, 'ustar\0' + '00'],
  ];
  const bytes = Buffer.alloc(block);
  fields.forEach(([offset, text]) => bytes.write(text, offset));
  bytes.write(octal(checksum(bytes), 8), 148);
  return bytes;
}

/** The sum over the header, with the checksum's own field read as spaces. */
function checksum(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum + byte, 0);
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
