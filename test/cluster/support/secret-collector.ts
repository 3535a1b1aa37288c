import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { kubectl } from './kubectl';

/** The content of each Secret as one line. */
const FORM = ['-o', 'jsonpath={range .items[*]}{.data}{"\\n"}{end}'];
const FORM_OF_ONE = ['-o', 'jsonpath={.data}{"\\n"}'];

/** Every secret that ever stood in a Secret of some namespaces, whoever wrote it, and however soon it went again. */
export class SecretCollector {
  readonly #values = new Set<string>();
  readonly #watches = new Map<string, ChildProcess>();
  #ended = false;

  constructor(private readonly namespaces: readonly string[]) {
    namespaces.forEach(namespace => this.#watch(namespace));
  }

  /** All of them up to now. The watches end with it. */
  async all(): Promise<readonly string[]> {
    this.#ended = true;
    for (const watch of this.#watches.values()) watch.kill();
    const lists = this.namespaces.map(async namespace => kubectl(['get', 'secrets', '-n', namespace, ...FORM]));
    for (const list of await Promise.all(lists)) list.split('\n').forEach(line => this.#note(line));
    return [...this.#values];
  }

  /** It ends now and then, and where the API server is restarted. */
  #watch(namespace: string): void {
    if (this.#ended) return;
    const args = ['get', 'secrets', '-n', namespace, '--watch', ...FORM_OF_ONE];
    const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface(child.stdout).on('line', line => this.#note(line));
    child.once('close', () => {
      setTimeout(() => this.#watch(namespace), 500).unref();
    });
    this.#watches.set(namespace, child);
  }

  #note(line: string): void {
    if (line === '') return;
    for (const [key, value] of Object.entries(JSON.parse(line) as Record<string, string>)) {
      for (const secret of secretsIn(key, Buffer.from(value, 'base64').toString())) this.#values.add(secret);
    }
  }
}

/** As JSON and the server's own syntax write it. */
const PASSWORD = /"?\b(?:password|token)"?\s*[:=]?\s*("(?:[^"\\]|\\.)*")/g;
/** The private half of an nkey. */
const SEED = /\bS[ACNOUX][A-Z2-7]{56}\b/g;

/** What is shorter than this would be found by chance. */
const SHORTEST = 8;

function secretsIn(key: string, text: string): string[] {
  const passwords = [...text.matchAll(PASSWORD)].map(([, value = '""']) => unquote(value));
  const seeds = text.match(SEED) ?? [];
  const keys = text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*/g) ?? [];
  const lines = keys.flatMap(pem => pem.split('\n').slice(1));
  const tokens = key === 'token' ? [text] : [];
  return [...passwords, ...seeds, ...lines, ...tokens].filter(secret => secret.length >= SHORTEST);
}

/** NATS' own escapes are none of JSON's. */
function unquote(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}
