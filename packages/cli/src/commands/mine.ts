import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import { type CorpusReport, mineCorpus, miningFiles } from '@viewforge/corpus';
import { loadPlugins } from '@viewforge/runtime';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, print } from '../command-context.ts';
import { type MineFlags, openMining } from '../mine-flags.ts';
import { quoted } from '../print/printable.ts';
import { createProgress } from '../print/progress.ts';
import { pairsList } from '../print/table.ts';
import type { Terminal } from '../terminal.ts';

/** `viewforge mine`: hard negatives, positives and triples of stored embeddings. */
export function addMineCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('mine')
    .description('find hard negatives and positives among embeddings on disk, and write triples for a trainer')
    .requiredOption('--features <files...>', '.npy or .safetensors files of [n, d], rows of several files below each other')
    .requiredOption('--count <n>', 'the most negatives of each row')
    .requiredOption('--out <dir>', 'new or empty folder for the results')
    .option('--queries <files...>', 'rows that look for negatives among those of --features, instead of these themselves')
    .option('--tensor <name>', 'the tensor to read from .safetensors files')
    .option(
      '--labels <file>',
      '.npy file of [n] whole numbers: rows of one class are positives, not negatives; negative for none',
    )
    .option('--query-labels <file>', 'the same for --queries')
    .option('--groups <file>', '.npy file of [n] whole numbers: rows of one group, such as a video, are no negatives')
    .option('--query-groups <file>', 'the same for --queries')
    .option('--pairs <file>', '.npy file of whole numbers: the positive row of each row or query, -1 for none')
    .option('--positives <which>', 'nearest or farthest of the same class or group', 'nearest')
    .option('--positive-count <n>', 'the most positives of each row', '1')
    .option('--window <n>', 'rows up to so many places away are no negatives', '0')
    .option('--lowest <cosine>', 'negatives score at least this')
    .option('--highest <cosine>', 'negatives score at most this: above it are duplicates')
    .option('--margin <share>', 'negatives lie so far below their positive, as a share of its cosine')
    .option('--absolute', 'the margin is a difference of cosines, no share')
    .option('--ids <file>', 'names of rows: a text file with one a line, or JSON lines with a field "id"')
    .option('--query-ids <file>', 'the same for --queries')
    .option('--index <name>', 'how near rows are found, for example usearch (default: exactly)')
    .option('--index-options <json>', "the index's options")
    .option('--reach <n>', 'rows that an index is asked for before some are left out')
    .option('--threads <n>', 'threads that compare')
    .option('--memory <MB>', 'memory of a block of rows and what is found for it', '256')
    .option('--resume', 'go on with an interrupted mining in --out')
    .option('--plugin <names...>', 'plugins besides the built-in ones: packages or paths')
    .option('--quiet', 'show no progress');
  addJsonFlag(command).action((flags: MineFlags) => mineCommand(flags, context));
}

async function mineCommand(flags: MineFlags, { terminal, watch }: CommandContext): Promise<void> {
  const folder = resolve(terminal.folder, flags.out);
  checkResume(flags, folder);
  const { registry } = await loadPlugins(flags.plugin ?? [], terminal.folder, '--plugin');
  const mining = await openMining(flags, folder, registry);
  const { signal } = watch();
  const start = terminal.now();
  const progress = createProgress(terminal, flags.quiet === true, 'rows');
  const onProgress = (done: number, total: number): void => progress.update(done, total, done, `${flags.count} of each`);
  try {
    const report = await mineCorpus({ ...mining, onProgress }, { signal }).finally(() => progress.stop());
    const seconds = (terminal.now() - start) / 1000;
    print(terminal, flags, { output: flags.out, ...report }, () => asText(report, flags.out, seconds));
  } catch (error) {
    sayHowToGoOn(error, flags, folder, terminal);
    throw error;
  } finally {
    await mining.vectors.close();
    await mining.queries?.close();
  }
}

function checkResume({ resume, out }: MineFlags, folder: string): void {
  if (!resume || existsSync(join(folder, 'blocks')) || existsSync(join(folder, miningFiles.report))) return;
  throw new ViewforgeError('USAGE', '--resume', `expected an interrupted mining in ${out}, got none; begin one without --resume`);
}

function sayHowToGoOn(error: unknown, { out }: MineFlags, folder: string, terminal: Terminal): void {
  const isOurs = !(error instanceof ViewforgeError && ['USAGE', 'CHECKPOINT', 'OPTION', 'SHAPE', 'EMPTY'].includes(error.code));
  if (!isOurs || !existsSync(join(folder, 'blocks', 'job.json'))) return;
  terminal.err(`what was finished is kept; go on with the same command and --resume (--out ${quoted(out)})`);
}

function asText(report: CorpusReport, out: string, seconds: number): string {
  const { queries, rows, width, count, negatives, short, positives, withoutPositive, triples, unusable, index, recall, files } =
    report;
  const share = (part: number): string => (part === 0 ? '' : `; ${part} rows have fewer than ${count}`);
  const found: (readonly [string, string])[] = [
    ['rows', `${queries} of ${width} features, compared with ${rows} in ${seconds.toFixed(1)} s`],
    ['negatives', `${negatives}${share(short)}`],
    ['positives', `${positives}${positives > 0 && withoutPositive > 0 ? `; ${withoutPositive} rows have none` : ''}`],
    ['triples', `${triples}`],
    ['index', recall === undefined ? index : `${index}, recall ${recall.value.toFixed(4)} on ${recall.queries} rows`],
    ['files', `${files.join(', ')} in ${out}`],
  ];
  const broken = unusable.rows + (unusable.queries === unusable.rows ? 0 : unusable.queries);
  const notes = broken > 0 ? [`note: ${broken} rows hold NaN or an infinity; they find nothing and are not found`] : [];
  return [pairsList(found), ...notes].join('\n');
}
