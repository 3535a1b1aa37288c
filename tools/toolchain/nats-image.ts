import { readFile } from 'node:fs/promises';
import { busyboxEntries } from './busybox';
import { ensureImage, type ImageArchive } from './image-artifact';
import { natsServerBinary } from './nats-server';
import type { NatsVersion } from './nats-versions';
import type { OciImage } from './oci-archive';
import type { TarEntry } from './tar';

/** The two layouts of the official images: `nats:2.15.2` and `nats:2.15.2-alpine`. */
export type NatsImageLayout = 'scratch' | 'alpine';

type Content = Omit<OciImage, 'reference'>;

const recipe = 1;
const systemPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const exposedPorts = { '4222/tcp': {}, '6222/tcp': {}, '8222/tcp': {} };
const defaultConfiguration = 'port: 4222\nmonitor_port: 8222\ncluster {\n  port: 6222\n  routes = []\n}\n';
/** Like the official one: arguments that begin with a dash are the server's. */
const alpineEntrypoint = '#!/bin/sh\nset -e\ncase "$1" in -*) set -- nats-server "$@" ;; esac\nexec "$@"\n';

/** The image of that version, built here, in the layout of the official one, and under its name. */
export async function ensureNatsImage(version: NatsVersion, layout: NatsImageLayout): Promise<ImageArchive> {
  const reference = `docker.io/library/nats:${version}${layout === 'alpine' ? '-alpine' : ''}`;
  return ensureImage(reference, recipe, async () => {
    const binary = await readFile(await natsServerBinary(version));
    return layout === 'alpine' ? alpine(binary) : scratch(binary);
  });
}

function scratch(binary: Buffer): Content {
  return {
    entries: [file('nats-server', 0o755, binary), file('nats-server.conf', 0o644, defaultConfiguration), temporary],
    config: {
      Env: [`${systemPath}:/`],
      Entrypoint: ['/nats-server'],
      Cmd: ['--config', 'nats-server.conf'],
      ExposedPorts: exposedPorts,
    },
  };
}

async function alpine(binary: Buffer): Promise<Content> {
  return {
    entries: [
      ...(await busyboxEntries()),
      file('usr/local/bin/nats-server', 0o755, binary),
      file('usr/local/bin/docker-entrypoint.sh', 0o755, alpineEntrypoint),
      file('etc/nats/nats-server.conf', 0o644, defaultConfiguration),
      temporary,
    ],
    config: {
      Env: [systemPath],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['nats-server', '--config', '/etc/nats/nats-server.conf'],
      ExposedPorts: exposedPorts,
    },
  };
}

const temporary: TarEntry = { kind: 'folder', path: 'tmp/', mode: 0o1777 };

function file(path: string, mode: number, content: Buffer | string): TarEntry {
  return { kind: 'file', path, mode, content: Buffer.from(content) };
}
