import { ViewforgeError } from '@viewforge/core';
import { loadPlugins, measureEmbeddings, type Measured, parseJson, reportJson } from '@viewforge/runtime';
import { readFeatures } from '../read-features.ts';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { figure, pairsList } from '../print/table.ts';

interface MeasureFlags extends OutputFlags {
  readonly options?: string;
  readonly pairing?: string;
  readonly plugin?: string[];
}

/** `viewforge measure PART a.npy b.npy`: a loss or a metric of stored embeddings. */
export function addMeasureCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = program
    .command('measure')
    .description('compute a loss or a metric of embeddings in .npy files, one file for each view')
    .argument('<part>', 'a loss or a metric, for example losses/info-nce')
    .argument('<files...>', '.npy files of [n, d]: row i of every file belongs to one item')
    .option('--options <json>', "the part's options, for example '{\"temperature\": 0.5}'")
    .option(
      '--pairing <name>',
      'who is compared with whom, for losses (default: pairings/both-ways for nt-xent, else pairings/in-batch)',
    )
    .option('--plugin <names...>', 'plugins besides the built-in ones: packages or paths');
  addJsonFlag(command).action(async (part: string, files: string[], flags: MeasureFlags) => {
    const { registry } = await loadPlugins(flags.plugin ?? [], terminal.folder, '--plugin');
    const options = flags.options === undefined ? {} : parseOptionsFlag(flags.options);
    const views = await Promise.all(files.map(readFeatures));
    const { signal } = context.watch();
    const measurement = { use: part, options, views, ...(flags.pairing !== undefined && { pairing: flags.pairing }) };
    const measured = await measureEmbeddings(registry, measurement, { signal });
    const { kind, name, report } = measured;
    print(terminal, flags, { kind, name, files, report: reportJson(report) }, () => asText(measured, views[0]!.shape));
  });
}

function parseOptionsFlag(text: string): Record<string, unknown> {
  const value = parseJson(text, '--options');
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ViewforgeError('USAGE', '--options', `expected a JSON object, got ${text}`);
}

function asText({ name, report }: Measured, [n, d]: readonly number[]): string {
  const notes = 'notes' in report ? report.notes.map((note) => `note: ${note}`) : [];
  const rows: (readonly [string, string])[] = [
    [name, report.value.toPrecision(10)],
    ...Object.entries(report.parts).map(([part, value]) => [`  ${part}`, figure(value)] as const),
    ['rows', `${n} of ${d} features`],
  ];
  return [pairsList(rows), ...notes].join('\n');
}
