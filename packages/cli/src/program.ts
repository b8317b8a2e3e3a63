import { ViewforgeError } from '@viewforge/core';
import { versions } from '@viewforge/runtime';
import { Command, CommanderError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addDescribeCommand } from './commands/describe.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDrawCommand } from './commands/draw.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addListCommand } from './commands/list.ts';
import { addMeasureCommand } from './commands/measure.ts';
import { addMineCommand } from './commands/mine.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addRunCommand } from './commands/run.ts';
import { exitCodeHelp, exitCodeOf, exitCodes } from './exit-codes.ts';
import { type Interrupt, watchInterrupt } from './interrupt.ts';
import { reportError } from './print/report-error.ts';
import type { Terminal } from './terminal.ts';

/** The command line, without anything run. */
export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('viewforge')
    .description('Views for contrastive learning: drawn by a seed, made on all cores, encoded, compared and measured.')
    .version(versions()['viewforge']!)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      outputError: () => {}, // thrown as well, and reported once, in our own words
      getOutHasColors: () => terminal.colors,
    })
    .showSuggestionAfterError()
    .addHelpText('after', exitCodeHelp);
  for (const add of [
    addRunCommand,
    addDrawCommand,
    addReplayCommand,
    addMeasureCommand,
    addMineCommand,
    addListCommand,
    addDescribeCommand,
    addInspectCommand,
    addDoctorCommand,
  ]) {
    add(program, context);
  }
  return program;
}

/** Runs one command line (without "node" and the script) and gives its exit status; every error is reported, none is thrown. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const watched: Interrupt[] = [];
  const watch = (): Interrupt => {
    const interrupt = watchInterrupt(terminal);
    watched.push(interrupt);
    return interrupt;
  };
  try {
    const program = createProgram({ terminal, watch });
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok; // --help, --version
    const known = error instanceof CommanderError ? usageError(error) : error;
    reportError(terminal, known, args.includes('--json'));
    return exitCodeOf(known);
  } finally {
    for (const interrupt of watched) interrupt.release();
  }
}

function usageError(error: CommanderError): ViewforgeError {
  const reason = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new ViewforgeError('USAGE', 'viewforge', `${reason}; --help shows what there is`, { cause: error });
}
