import { readFileSync } from 'node:fs';
import { type Daemon, markerOf } from './daemon';
import { end, netnsInode, ownProcesses, type OwnProcess } from './processes';
import { logFile, startDaemon } from './start-daemon';
import { until } from '../toolchain/until';

/**
 * Starts those of the daemons that do not run as they are wanted, ending outdated ones first (another version, other arguments, other
 * files). Returns the daemons that it started.
 */
export async function ensureDaemons(daemons: readonly Daemon[], searchPath: string): Promise<Daemon[]> {
  const started: Daemon[] = [];
  for (const daemon of daemons) {
    const running = processesOf(daemon);
    const outdated = running.filter(process => !isCurrent(daemon, process));
    await end(outdated);
    if (running.length > outdated.length) continue;
    await startDaemon(daemon, searchPath);
    started.push(daemon);
  }
  return started;
}

/** Waits for the condition; throws with the last words of the daemons that have died meanwhile, or of all when none has. */
export async function awaitDaemons(
  what: string,
  daemons: readonly Daemon[],
  deadlineMs: number,
  condition: () => Promise<boolean>,
): Promise<void> {
  if (await until(condition, deadlineMs)) return;
  const dead = daemons.filter(daemon => processesOf(daemon).length === 0);
  const words = (dead.length > 0 ? dead : daemons).map(lastWords).join('\n');
  throw new Error(`${what} after ${deadlineMs / 1000} s.${dead.length > 0 ? ' Ended:' : ''}\n${words}`);
}

/** The processes that are the daemon, current or outdated. */
function processesOf(daemon: Daemon): OwnProcess[] {
  const { instance, ordinal } = daemon.node;
  const start = `${instance.name}/${ordinal}/${daemon.name}/`;
  return ownProcesses(instance).filter(process => process.daemon && process.marker.startsWith(start));
}

function isCurrent(daemon: Daemon, process: OwnProcess): boolean {
  return process.marker === markerOf(daemon) && process.netns === netnsInode(daemon.node.netnsPath);
}

function lastWords(daemon: Daemon): string {
  const file = logFile(daemon);
  return `${daemon.name}, ${file}:\n${readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n')}`;
}
