import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes a file, unless it holds that already: whoever reads it meanwhile would find half of it. */
export function writeChanged(file: string, content: string, mode = 0o600): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  writeFileSync(file, content, { mode });
}
