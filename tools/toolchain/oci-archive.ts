import { createHash } from 'node:crypto';
import { tar, type TarEntry } from './tar';

export interface OciImage {
  /** The full reference, as the kubelet spells it: `docker.io/library/nats:2.15.2`. */
  readonly reference: string;
  readonly entries: readonly TarEntry[];
  /** The image's `config` (OCI image-spec, config.md). */
  readonly config: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Env?: readonly string[];
    readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
    readonly WorkingDir?: string;
    readonly User?: string;
  };
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const mediaType = (name: string) => `application/vnd.oci.image.${name}`;

export interface OciArchive {
  readonly bytes: Buffer;
  /** Of the manifest: what a runtime shows as the image's digest. */
  readonly digest: string;
}

/** An OCI image archive with one uncompressed layer; the same image gives the same bytes on every machine of an architecture. */
export function ociArchive(image: OciImage): OciArchive {
  const layer = tar(image.entries);
  const architecture = architectures[process.arch] ?? process.arch;
  const rootfs = { type: 'layers', diff_ids: [digest(layer)] };
  const config = json({ architecture, os: 'linux', config: image.config, rootfs });
  const manifest = json({
    schemaVersion: 2,
    mediaType: mediaType('manifest.v1+json'),
    config: descriptor('config.v1+json', config),
    layers: [descriptor('layer.v1.tar', layer)],
  });
  const names = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];
  const annotations = Object.fromEntries(names.map(name => [name, image.reference]));
  const index = json({ schemaVersion: 2, manifests: [{ ...descriptor('manifest.v1+json', manifest), annotations }] });
  const bytes = tar([
    file('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    file('index.json', index),
    ...[layer, config, manifest].map(blob => file(`blobs/sha256/${digest(blob).slice('sha256:'.length)}`, blob)),
  ]);
  return { bytes, digest: digest(manifest) };
}

function descriptor(kind: string, blob: Buffer): object {
  return { mediaType: mediaType(kind), digest: digest(blob), size: blob.length };
}

function digest(blob: Buffer): string {
  return `sha256:${createHash('sha256').update(blob).digest('hex')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function file(path: string, content: Buffer): TarEntry {
  return { kind: 'file', path, mode: 0o644, content };
}
