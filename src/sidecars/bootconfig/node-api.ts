import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Node } from './node-address';

/**
 * The directory of the pod's service account credentials.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const MAX_ATTEMPTS = 10;
const RETRY_MS = 1_000;
const TIMEOUT_MS = 5_000;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Reads a node with the pod's ServiceAccount. Retries, because the network of a new pod may not be ready.
 *
 * @throws Error with the API server's message and a hint
 */
export async function readNode(name: string): Promise<Node> {
  const account = readAccount();
  for (let left = MAX_ATTEMPTS - 1; ; left -= 1) {
    const answer = await ask(name, account).catch((error: unknown) => ({ status: 0, body: String(error) }));
    if (answer.status === 200) return JSON.parse(answer.body) as Node;
    const isTransient = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (!isTransient || left === 0) throw new Error(`failed to get node ${name}: ${describeError(answer)}`);
    await pause(RETRY_MS);
  }
}

interface Account {
  readonly token: string;
  readonly ca: string;
}

function readAccount(): Account {
  try {
    const [token = '', ca = ''] = ['token', 'ca.crt'].map(file => readFileSync(join(ACCOUNT_FOLDER, file), 'utf8'));
    return { token, ca };
  } catch (error) {
    throw new Error(`the pod has no ServiceAccount token: ${error instanceof Error ? error.message : ''}`);
  }
}

async function ask(name: string, { token, ca }: Account): Promise<Answer> {
  const { KUBERNETES_SERVICE_HOST: host = 'kubernetes.default.svc', KUBERNETES_SERVICE_PORT: port = '443' } =
    process.env;
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const path = `/api/v1/nodes/${encodeURIComponent(name)}`;
    const sent = request({ host, port, path, ca, headers, timeout: TIMEOUT_MS }, response => {
      text(response).then(body => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${host} within ${TIMEOUT_MS / 1000} s`)));
    sent.on('error', reject);
    sent.end();
  });
}

/** The API server's message, which includes the account that lacks the permission. */
function describeError({ status, body }: Answer): string {
  const hint =
    status === 401 || status === 403 ? '; the ServiceAccount of the pods needs a ClusterRole to get nodes' : '';
  return `${messageOf(body)}${hint}`;
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
