import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from './key-pair';

/** In memory, and writable with a read-only root file system. */
const MEMORY = '/dev/shm';

/**
 * Writes the certificate to files while `work` runs, because Pepr reads it once from files. They are deleted
 * synchronously.
 *
 * @param work receives the paths
 */
export function withServingFiles<T>(
  { certificate, key }: KeyPair,
  work: (paths: { certificate: string; key: string }) => T,
): T {
  const folder = mkdtempSync(join(isWritable(MEMORY) ? MEMORY : tmpdir(), 'nats-operator-'));
  const paths = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  try {
    writeFileSync(paths.certificate, certificate, { mode: 0o600 });
    writeFileSync(paths.key, key, { mode: 0o600 });
    return work(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
