import { ViewforgeError } from '@viewforge/core';
import { folderState, runJob } from '@viewforge/runtime';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { findInterrupted, outputFolder, shorten } from '../output-folder.ts';
import { quoted } from '../print/printable.ts';
import { createProgress } from '../print/progress.ts';
import { summaryText } from '../print/summary-text.ts';
import { addEncoderFlags, addViewFlags } from '../add-recipe-flags.ts';
import { type RecipeFlags, recipeFromFlags } from '../recipe-flags.ts';
import type { Terminal } from '../terminal.ts';

interface RunFlags extends RecipeFlags, OutputFlags {
  readonly out?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

/** `viewforge run`: the main job, from a folder of images to loss and metrics. */
export function addRunCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('run')
    .description('draw views, encode them, compute loss and metrics, and write everything into a folder')
    .option('--out <dir>', 'folder for the results (default: the next free viewforge-out/NNN)')
    .option('--resume', 'go on with an interrupted run; without --out, the latest one in viewforge-out')
    .option('--force', 'replace the results of an earlier run in --out')
    .option('--scores', 'watch how positives and negatives are scored, and draw it (scores.html)')
    .option('--quiet', 'show no progress');
  addJsonFlag(addEncoderFlags(addViewFlags(command))).action((flags: RunFlags) => runCommand(flags, context));
}

async function runCommand(flags: RunFlags, { terminal, watch }: CommandContext): Promise<void> {
  const interrupted = await findInterrupted(flags, terminal.folder);
  const chosen = { ...flags, ...(interrupted && { config: interrupted.config, out: interrupted.output }) };
  const checked = await recipeFromFlags(chosen, terminal.folder);
  const output = await outputFolder(chosen, checked.recipe.output, terminal.folder);
  const shown = shorten(terminal.folder, output);
  const { signal } = watch();
  const progress = createProgress(terminal, flags.quiet === true);
  const job = runJob(checked, {
    output,
    signal,
    resume: flags.resume === true,
    overwrite: flags.force === true,
    now: () => terminal.now(),
    onProgress: ({ done, total, views, epoch, epochs, loss }) => {
      progress.update(done, total, views, `epoch ${epoch + 1}/${epochs}, loss ${Number.isNaN(loss) ? '-' : loss.toFixed(4)}`);
    },
  });
  const summary = await job.finally(() => progress.stop()).catch((error: unknown) => fail(error, output, shown, terminal));
  print(terminal, flags, { output: shown, ...summary }, () => summaryText(summary, shown, terminal));
}

/** Tells how to go on, where that is possible, and passes the error on. */
async function fail(error: unknown, output: string, shown: string, terminal: Terminal): Promise<never> {
  const state = await folderState(output).catch(() => 'other');
  const isOurs = !(error instanceof ViewforgeError && ['USAGE', 'CHECKPOINT'].includes(error.code));
  if (state === 'unfinished' && isOurs) {
    terminal.err(`what was finished is kept; go on with: ${terminal.command} run --resume --out ${quoted(shown)}`);
  }
  throw error;
}
