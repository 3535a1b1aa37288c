import { execFileSync } from 'node:child_process';
import { ociArchive, type OciImage } from '../../../../tools/toolchain/oci-archive';
import { tar } from '../../../../tools/toolchain/tar';

const image: OciImage = {
  reference: 'docker.io/library/nats:2.15.2',
  entries: [
    { kind: 'folder', path: 'tmp/', mode: 0o1777 },
    { kind: 'file', path: 'nats-server', mode: 0o755, content: Buffer.from('binary') },
    { kind: 'link', path: 'bin/sh', target: '/bin/busybox' },
  ],
  config: { Entrypoint: ['/nats-server'] },
};

/** What tar(1) says of an archive that it is given. */
function listing(archive: Buffer): string {
  return execFileSync('tar', ['-tvf', '-', '--numeric-owner', '--full-time'], {
    input: archive,
    encoding: 'utf8',
    env: { TZ: 'UTC' },
  });
}

function member(archive: Buffer, path: string): Buffer {
  return execFileSync('tar', ['-xOf', '-', path], { input: archive });
}

describe('a tar file', () => {
  test('is read by tar, with modes, links and content, and without anybody’s name or time', () => {
    const lines = listing(tar(image.entries)).trimEnd().split('\n');
    expect(lines.map(line => line.replaceAll(/\s+/g, ' '))).toEqual([
      'drwxrwxrwt 0/0 0 1970-01-01 00:00:00 tmp/',
      '-rwxr-xr-x 0/0 6 1970-01-01 00:00:00 nats-server',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 bin/sh -> /bin/busybox',
    ]);
    expect(member(tar(image.entries), 'nats-server').toString()).toBe('binary');
  });

  test('refuses a path that its header has no room for', () => {
    const path = 'a'.repeat(101);
    expect(() => tar([{ kind: 'file', path, mode: 0o644, content: Buffer.alloc(0) }])).toThrow(
      'longer than a tar header has room for',
    );
  });
});

describe('an OCI archive', () => {
  test('has the same bytes whenever it is made of the same image', () => {
    expect(ociArchive(image).bytes.equals(ociArchive(structuredClone(image)).bytes)).toBe(true);
  });

  test('has another digest as soon as a byte of a file differs', () => {
    const other = {
      ...image,
      entries: [{ kind: 'file', path: 'nats-server', mode: 0o755, content: Buffer.from('Binary') }],
    } as const;
    expect(ociArchive(other).digest).not.toBe(ociArchive(image).digest);
  });

  test('names the image in its index, which leads by digests to the manifest and the layer', () => {
    const { bytes, digest } = ociArchive(image);
    const index = JSON.parse(member(bytes, 'index.json').toString()) as Index;
    expect(index.manifests).toHaveLength(1);
    expect(index.manifests[0]).toMatchObject({
      digest,
      annotations: {
        'io.containerd.image.name': image.reference,
        'org.opencontainers.image.ref.name': image.reference,
      },
    });
    const manifest = JSON.parse(member(bytes, blob(digest)).toString()) as {
      layers: { digest: string; size: number }[];
    };
    const layer = tar(image.entries);
    expect(manifest.layers).toMatchObject([{ size: layer.length }]);
    expect(member(bytes, blob(manifest.layers[0]?.digest ?? '')).equals(layer)).toBe(true);
  });
});

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly annotations: Record<string, string> }[];
}

function blob(digest: string): string {
  return digest.replace('sha256:', 'blobs/sha256/');
}
