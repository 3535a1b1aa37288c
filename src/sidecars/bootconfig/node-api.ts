import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Node } from './node-address';

/** Where the kubelet puts what a pod talks to the API server with. @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const TRIES = 10;
const PAUSE_MS = 1_000;
const TIMEOUT_MS = 5_000;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Reads a node from the API server, as the pod's ServiceAccount. A pod's network may need a moment, and so may an API server.
 *
 * @throws Error with the API server's own words, and what to do
 */
export async function readNode(name: string): Promise<Node> {
  const account = readAccount();
  for (let left = TRIES - 1; ; left -= 1) {
    const answer = await ask(name, account).catch((error: unknown) => ({ status: 0, body: String(error) }));
    if (answer.status === 200) return JSON.parse(answer.body) as Node;
    const isPassing = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (!isPassing || left === 0) throw new Error(`can't read the node ${name}: ${refusal(answer)}`);
    await pause(PAUSE_MS);
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
    throw new Error(`the pod has no token of a ServiceAccount: ${error instanceof Error ? error.message : ''}`);
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

/** In the API server's words, which name the account that lacks a right. */
function refusal({ status, body }: Answer): string {
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
