import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { topologyOf } from '../../../tools/local-cluster/cluster-node';
import { auditLogPath } from '../../../tools/local-cluster/control-plane';
import { instanceHere } from '../../../tools/local-cluster/lifecycle';
import type { AuditedRequest } from './audit-log';

/**
 * What service accounts have asked the local cluster's API server for since then (ISO 8601), in any of its logs: they are turned over when they are
 * large. Watches are in it when they begin.
 */
export async function* auditedRequests(since: string): AsyncGenerator<AuditedRequest> {
  const folder = dirname(auditLogPath(topologyOf(instanceHere(), 1).first));
  const files = (await readdir(folder)).filter(name => /^audit.*\.log$/.test(name));
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      if (!line.includes('"system:serviceaccount:')) continue;
      const request = JSON.parse(line) as AuditedRequest;
      if ((request.requestReceivedTimestamp ?? '') >= since) yield request;
    }
  }
}
