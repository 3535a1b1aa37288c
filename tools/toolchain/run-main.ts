import { say } from './progress';

/** Runs the main function of a program. A number that it returns is the exit code; an error is shown by its message, and the exit code is 1. */
export function runMain(main: () => Promise<unknown>): void {
  main().then(
    code => {
      if (typeof code === 'number') process.exitCode = code;
    },
    (error: unknown) => {
      say(messageOf(error));
      process.exitCode = 1;
    },
  );
}

/** What an error says, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
