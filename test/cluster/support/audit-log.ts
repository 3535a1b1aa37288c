import { open, readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { topologyOf } from '../../../tools/local-cluster/cluster-node';
import { auditLogPath } from '../../../tools/local-cluster/control-plane';
import { instanceHere } from '../../../tools/local-cluster/lifecycle';
import { isLocalCluster } from './is-local-cluster';

/** One request that the API server answered. */
export interface AuditedRequest {
  readonly stage: string;
  readonly verb: string;
  readonly requestReceivedTimestamp?: string;
  readonly user: {
    readonly username?: string;
    /** Of a service account: whose pod its token was issued to, under `authentication.kubernetes.io/pod-name`. */
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

export const isWrite = ({ verb }: AuditedRequest): boolean => WRITES.has(verb);

/** Counts requests from now on, by the API server's own record; only the local cluster's can be read. */
export class AuditLog {
  private constructor(
    private readonly user: string,
    private readonly path: string,
    private readonly offset: number,
  ) {}

  /** @param user the operator that is looked at, as the log names it */
  static async fromNow(user: string): Promise<AuditLog> {
    if (!isLocalCluster())
      throw new Error('requests are counted from the audit log of the local cluster; this is another');
    const path = auditLogPath(topologyOf(instanceHere(), 1).first);
    return new AuditLog(user, path, (await stat(path)).size);
  }

  /** What the operator has asked for, in that order; watches that go on are not in it, nor is its Lease, which is about no cluster. */
  async operatorRequests(): Promise<AuditedRequest[]> {
    const lines = await this.#text();
    const requests = lines.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as AuditedRequest]));
    return requests.filter(
      ({ stage, user, objectRef }) =>
        stage === 'ResponseComplete' && user.username === this.user && objectRef?.resource !== 'leases',
    );
  }

  /** What the operator has written into that namespace, each as `patch statefulsets ns/name`. */
  async operatorWrites(namespace: string): Promise<string[]> {
    const requests = await this.operatorRequests();
    const writes = requests.filter(request => isWrite(request) && request.objectRef?.namespace === namespace);
    return writes.map(describe);
  }

  /** Up to the last whole line. The log is turned over at 100 MB: then its former part is another file. */
  async #text(): Promise<string> {
    const isTurnedOver = (await stat(this.path)).size < this.offset;
    const text = isTurnedOver
      ? (await read(await newestBackup(this.path), this.offset)) + (await read(this.path, 0))
      : await read(this.path, this.offset);
    return text.slice(0, text.lastIndexOf('\n') + 1);
  }
}

async function read(path: string, start: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString();
  } finally {
    await file.close();
  }
}

/** Backups are called after the time at which they became one, as `audit-2026-01-31T00-00-00.000.log`. */
async function newestBackup(path: string): Promise<string> {
  const { dir, name } = parse(path);
  const backups = (await readdir(dir)).filter(file => file.startsWith(`${name}-`)).sort();
  return join(dir, backups.at(-1) ?? '');
}

function describe({ verb, objectRef: object }: AuditedRequest): string {
  const kind = [object?.resource, object?.subresource].filter(part => part !== undefined).join('/');
  return `${verb} ${kind} ${object?.namespace ?? ''}/${object?.name ?? ''}`;
}
