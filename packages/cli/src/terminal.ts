import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { quoted } from './print/printable.ts';

/** Where a command writes, and how: the only view of the outside world that commands have. */
export interface Terminal {
  /** Results: a document on standard output with `--json`, otherwise text for people. */
  out(text: string): void;
  /** Progress, warnings and errors, on standard error. */
  err(text: string): void;
  /** Whether standard output shows colors: a terminal, and NO_COLOR is not set. */
  readonly colors: boolean;
  /** Whether a progress bar can be drawn on standard error. */
  readonly interactive: boolean;
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Whether errors show their stack. */
  readonly debug: boolean;
  /** The current folder, absolute. */
  readonly folder: string;
  /** How this program is called, for advice that can be copied. */
  readonly command: string;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    colors: stdout.isTTY === true && !plain,
    interactive: stderr.isTTY === true && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    now: () => performance.now(),
    debug: (env['VIEWFORGE_DEBUG'] ?? '') !== '',
    folder: process.cwd(),
    command: commandOf(process.argv[1] ?? 'viewforge'),
  };
}

/** As a user can call it again from the current folder: by npx where the package is installed, by its name, or by its script. */
function commandOf(script: string): string {
  if (existsSync(join(process.cwd(), 'node_modules', '.bin', 'viewforge'))) return 'npx viewforge';
  return basename(script) === 'viewforge' ? 'viewforge' : `node ${quoted(relative(process.cwd(), script))}`;
}
