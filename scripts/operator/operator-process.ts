import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ClusterAccess } from './cluster-access';

/** Milliseconds for the last writes, and for giving up its Lease. */
const STOP_MS = 5_000;

/** What an operator beside the cluster runs with. */
export interface OperatorOptions {
  /** The bundle that it runs, a file within the checkout: what it requires is found from there. */
  readonly bundle: string;
  /** The certificate that it serves with, as files. */
  readonly tls: { readonly certificate: string; readonly key: string };
  /** The secret end of its webhook's path. */
  readonly apiPath: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A running operator. */
export interface OperatorProcess {
  /** How it ended: its exit code, or the signal's name; undefined where it was stopped. */
  readonly ended: Promise<number | string | undefined>;
  /** Has it give up its Lease, so that another operator is in charge at once, and ends it; where it does not do so in time, as a crash would. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the operator as one process in the cluster's network: it watches and admits, and writes its log to ours. Pepr's namespace and
 * CRD have to be in the cluster, and its port 3000 free.
 */
export function startOperatorProcess(cluster: ClusterAccess, options: OperatorOptions): OperatorProcess {
  const { command, args, env } = cluster.invocation(process.execPath, [options.bundle]);
  // It must not outlive us, however we end: it would keep the port, and answer with a certificate that nobody trusts any more.
  const guard = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'SIGKILL'] : [];
  const [program = command, ...rest] = [...guard, command, ...args];
  const own = {
    PEPR_MODE: 'dev',
    PEPR_PRETTY_LOGS: 'true',
    PEPR_LAST_SEEN_LIMIT_SECONDS: '86400',
    PEPR_API_PATH: options.apiPath,
    SSL_CERT_PATH: options.tls.certificate,
    SSL_KEY_PATH: options.tls.key,
  };
  // Detached: a Ctrl-C in the terminal reaches us alone, and we put the cluster in order before it ends.
  const child = spawn(program, rest, {
    env: { ...process.env, ...env, ...own, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let stopping = false;
  const ended = once(child, 'exit').then(() =>
    stopping ? undefined : (child.exitCode ?? child.signalCode ?? 'unknown'),
  );
  return {
    ended,
    stop: async () => {
      stopping = true;
      // As the preStop hook of its pods does.
      child.kill('SIGUSR2');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
