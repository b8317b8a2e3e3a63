import { ViewforgeError } from '@viewforge/core';
import type { Terminal } from '../terminal.ts';
import { printable } from './printable.ts';

/** One line for an error of the user's world, with where to read on; the stack only where it was asked for or the fault is ours. */
export function reportError(terminal: Terminal, error: unknown, json: boolean): void {
  if (error instanceof ViewforgeError) {
    const { code, where, item, part } = error;
    terminal.err(`error ${code}: ${printable(error.message)} (see docs/errors.md#${code.toLowerCase()})`);
    if (terminal.debug) terminal.err(stackOf(error));
    if (json) terminal.out(JSON.stringify({ error: { code, where, message: error.message, item, part } }));
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.err(`error INTERNAL: ${printable(message)} (a fault of Viewforge or of a plugin; set VIEWFORGE_DEBUG=1 to see where)`);
  if (terminal.debug) terminal.err(stackOf(error));
  if (json) terminal.out(JSON.stringify({ error: { code: 'INTERNAL', message } }));
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
