import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ClusterNode } from './cluster-node';

/** A program that is to run in a node's network namespace, with the files it reads. */
export interface Daemon {
  readonly name: string;
  readonly node: ClusterNode;
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute path → content, written before the start. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The variable by which a daemon and its offspring are found again, whoever started them and however that one ended. */
export const markerVariable = 'NATS_OPERATOR_DAEMON';

/** The marker's value: instance/ordinal/name/program/fingerprint. A daemon whose fingerprint differs from the wanted one is outdated. */
export function markerOf(daemon: Daemon): string {
  const content = JSON.stringify([daemon.command, daemon.args, daemon.files ?? {}]);
  const fingerprint = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const { instance, ordinal } = daemon.node;
  return [instance.name, ordinal, daemon.name, basename(daemon.command), fingerprint].join('/');
}
