import { writeSync } from 'node:fs';
import { parseArguments, usage, type ReloaderOptions } from './arguments';
import { log } from './json-log';
import { Reloader } from './reloader';

const STANDARD_ERROR = 2;

/** Exit codes: 1 if a signal could not be delivered, 2 for an invalid command line. */
function main(): void {
  const reloader = new Reloader(readOptions(), () => process.exit(1));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      reloader.stop();
      log('info', 'stopped', { signal });
      process.exit(0);
    });
  }
  // A SIGHUP to all processes of the pod must not end this one.
  process.on('SIGHUP', () => undefined);
  reloader.start();
}

function readOptions(): ReloaderOptions {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    writeSync(STANDARD_ERROR, `${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    return process.exit(2);
  }
}

main();
