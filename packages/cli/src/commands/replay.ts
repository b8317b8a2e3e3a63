import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readTrace, type Source, type Trace, ViewforgeError } from '@viewforge/core';
import { checkOutside, createViewDigest, loadPlugins, replayTrace } from '@viewforge/runtime';
import type { Tensor } from '@viewforge/tensor';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { createProgress } from '../print/progress.ts';
import { pairsList } from '../print/table.ts';
import { claimEmpty, writeView } from '../view-files.ts';

interface ReplayFlags extends OutputFlags {
  readonly data: string;
  readonly out?: string;
  readonly plugin?: string[];
  readonly quiet?: boolean;
}

/** `viewforge replay TRACE`: the views of a trace once more, by `apply` alone. */
export function addReplayCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('replay')
    .description('make the views of a trace again from their stored params; nothing is drawn')
    .argument('<trace>', 'a trace.jsonl of `run` or `draw`')
    .requiredOption('--data <dir>', 'folder of the images the trace was made of')
    .option('--out <dir>', 'new or empty folder for the images; without it only the digest is printed')
    .option('--plugin <names...>', 'plugins the trace needs besides the built-in ones: packages or paths')
    .option('--quiet', 'show no progress');
  addJsonFlag(command).action((file: string, flags: ReplayFlags) => replayCommand(file, flags, context));
}

async function replayCommand(file: string, flags: ReplayFlags, { terminal, watch }: CommandContext): Promise<void> {
  const trace = await loadTrace(resolve(terminal.folder, file), file);
  const { registry } = await loadPlugins(flags.plugin ?? [], terminal.folder, '--plugin');
  const root = resolve(terminal.folder, flags.data);
  const source = registry.get(
    'source',
    'data/image-folder',
  )({
    root,
    classes: 'none', // labels change no view
    shrinkTo: trace.header.shrinkTo ?? 0,
  } as never);
  const output = flags.out === undefined ? undefined : resolve(terminal.folder, flags.out);
  if (output !== undefined) {
    checkOutside(root, output);
    await claimEmpty(output);
  }
  const { signal } = watch();
  const digest = createViewDigest();
  const progress = createProgress(terminal, flags.quiet === true);
  let views = 0;
  try {
    for await (const view of replayTrace(trace, source as Source, registry, { signal })) {
      digest.add(view, view.value as Tensor);
      if (output !== undefined) await writeView(output, { ...view, value: view.value as Tensor });
      progress.update(++views, trace.views.length, views, 'replayed');
    }
  } finally {
    progress.stop();
  }
  const report = { trace: file, output: flags.out ?? null, views, digest: digest.digest() };
  print(terminal, flags, report, () =>
    pairsList([
      ['views', output === undefined ? String(views) : `${views} in ${flags.out}`],
      ['digest', report.digest],
    ]),
  );
}

async function loadTrace(path: string, where: string): Promise<Trace> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_READ';
    throw new ViewforgeError(code, where, `expected a trace, got: ${cause.message}`, { cause });
  });
  return readTrace(text, where);
}
