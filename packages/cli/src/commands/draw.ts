import { join, resolve } from 'node:path';
import { type TraceView, writeTrace } from '@viewforge/core';
import { checkOutside, createViewDigest, openRun, traceHeader } from '@viewforge/runtime';
import { writeAtomically } from '@viewforge/sinks';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { quoted } from '../print/printable.ts';
import { createProgress } from '../print/progress.ts';
import { pairsList } from '../print/table.ts';
import { addViewFlags } from '../add-recipe-flags.ts';
import { type RecipeFlags, recipeFromFlags } from '../recipe-flags.ts';
import { claimEmpty, eachView, writeView } from '../view-files.ts';

interface DrawFlags extends RecipeFlags, OutputFlags {
  readonly out: string;
  readonly quiet?: boolean;
}

/** `viewforge draw`: views as images, with their trace; nothing is encoded. */
export function addDrawCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('draw')
    .description('draw views only: write them as images, with the trace that `replay` makes them again from')
    .requiredOption('--out <dir>', 'new or empty folder for images and trace')
    .option('--quiet', 'show no progress');
  addJsonFlag(addViewFlags(command)).action((flags: DrawFlags) => drawCommand(flags, context));
}

async function drawCommand(flags: DrawFlags, { terminal, watch }: CommandContext): Promise<void> {
  const checked = await recipeFromFlags(flags, terminal.folder);
  const output = resolve(terminal.folder, flags.out);
  const { use, options } = checked.recipe.source;
  if (use === 'data/image-folder') checkOutside(String(options['root']), output);
  await claimEmpty(output);
  const { signal } = watch();
  const opened = openRun(checked, { signal });
  const digest = createViewDigest();
  const drawn: TraceView[] = [];
  const progress = createProgress(terminal, flags.quiet === true);
  try {
    const { size } = await opened.parts.source.ready({ signal });
    const { epochs } = checked.recipe;
    for await (const step of opened.views()) {
      for (const view of eachView(step)) {
        digest.add(view, view.value);
        drawn.push(view);
        await writeView(output, view);
      }
      progress.update(
        step.epoch * size + step.checkpoint.position,
        epochs * size,
        step.counts.views,
        `epoch ${step.epoch + 1}/${epochs}`,
      );
    }
  } finally {
    progress.stop();
    await opened.close();
  }
  await writeAtomically(join(output, 'trace.jsonl'), writeTrace({ header: await traceHeader(checked), views: drawn, mixes: [] }));
  const report = { output: flags.out, views: drawn.length, digest: digest.digest() };
  print(terminal, flags, report, () =>
    pairsList([
      ['views', `${report.views} in ${flags.out}`],
      ['digest', report.digest],
      [
        'next',
        `${terminal.command} replay ${quoted(join(flags.out, 'trace.jsonl'))} --data DIR --out OTHER gives the same digest`,
      ],
    ]),
  );
}
