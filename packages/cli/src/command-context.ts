import type { Command } from 'commander';
import type { Interrupt } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

/** What every command is run with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Starts listening for Ctrl-C; what it gives is released when the command ends. */
  watch(): Interrupt;
}

/** Flags that every command has. */
export interface OutputFlags {
  readonly json?: boolean;
}

/** Adds `--json`. */
export function addJsonFlag(command: Command): Command {
  return command.option('--json', 'print one JSON document on standard output, everything else on standard error');
}

/** Prints the document with `--json`, the text otherwise. */
export function print(terminal: Terminal, flags: OutputFlags, document: unknown, text: () => string): void {
  terminal.out(flags.json ? JSON.stringify(document) : text());
}
