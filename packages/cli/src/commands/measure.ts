import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import {
  loadPlugins,
  type Measured,
  type Measurement,
  measureEmbeddings,
  parseJson,
  type RoleFeatures,
  reportJson,
} from '@viewforge/runtime';
import { writeNpy } from '@viewforge/sinks';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { figure, pairsList } from '../print/table.ts';
import { readFeatures, readLabels } from '../read-features.ts';

interface MeasureFlags extends OutputFlags {
  readonly options?: string;
  readonly pairing?: string;
  readonly pairingOptions?: string;
  readonly labels?: string;
  readonly gradients?: string;
  readonly expect?: string;
  readonly tolerance: string;
  readonly plugin?: string[];
}

/** `viewforge measure PART a.npy b.npy`: a loss or a metric of stored embeddings. */
export function addMeasureCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = program
    .command('measure')
    .description('compute a loss or a metric of embeddings in .npy files, one file for each view')
    .argument('<part>', 'a loss or a metric, for example losses/info-nce')
    .argument(
      '<files...>',
      '.npy files of [n, d]: row i of every file belongs to one item; ROLE=FILE for a role other than "view"',
    )
    .option('--options <json>', "the part's options, for example '{\"temperature\": 0.5}'")
    .option('--pairing <name>', 'who is compared with whom, for losses (default: what usually stands before the loss)')
    .option('--pairing-options <json>', "the pairing's options")
    .option('--labels <file>', '.npy file of [n] whole numbers: the class of each item')
    .option('--gradients <folder>', 'write d(value) / d(embeddings) of every view to ROLE-INDEX.npy in this folder')
    .option('--expect <value>', 'end with exit code 3 unless the value is this one, within the tolerance')
    .option('--tolerance <share>', 'of --expect: absolute below 1, relative above', '1e-6')
    .option('--plugin <names...>', 'plugins besides the built-in ones: packages or paths');
  addJsonFlag(command).action(async (part: string, files: string[], flags: MeasureFlags) => {
    const expected = flags.expect === undefined ? undefined : numberOf(flags.expect, '--expect');
    const tolerance = numberOf(flags.tolerance, '--tolerance');
    const { registry } = await loadPlugins(flags.plugin ?? [], terminal.folder, '--plugin');
    const { signal } = context.watch();
    const measurement = await measurementOf(part, files, flags);
    const measured = await measureEmbeddings(registry, measurement, { signal });
    if (flags.gradients !== undefined) await writeGradients(measured, flags.gradients);
    const { kind, name, report } = measured;
    const rows = Object.values(measurement.views).flat()[0]!.shape;
    print(terminal, flags, { kind, name, files, report: reportJson(report) }, () => asText(measured, rows));
    if (expected !== undefined) check(name, report.value, expected, tolerance);
  });
}

async function measurementOf(
  use: string,
  files: readonly string[],
  flags: MeasureFlags,
): Promise<Measurement & { views: RoleFeatures }> {
  const views: Record<string, Awaited<ReturnType<typeof readFeatures>>[]> = {};
  for (const file of files) {
    const [, role = 'view', path = file] = /^([A-Za-z][\w-]*)=(.+)$/.exec(file) ?? [];
    views[role] = [...(views[role] ?? []), await readFeatures(path)];
  }
  return {
    use,
    views,
    options: parseOptionsFlag(flags.options, '--options'),
    pairingOptions: parseOptionsFlag(flags.pairingOptions, '--pairing-options'),
    ...(flags.pairing !== undefined && { pairing: flags.pairing }),
    ...(flags.labels !== undefined && { labels: await readLabels(flags.labels) }),
    ...(flags.gradients !== undefined && { gradients: true }),
  };
}

async function writeGradients(measured: Measured, folder: string): Promise<void> {
  if (measured.kind === 'metric' || measured.gradients === undefined) {
    throw new ViewforgeError('USAGE', '--gradients', `expected a loss, got "${measured.name}", which is a metric`);
  }
  await makeFolder(folder);
  for (const [role, list] of Object.entries(measured.gradients)) {
    for (const [index, gradient] of list.entries()) await writeNpy(join(folder, `${role}-${index}.npy`), gradient);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('FILE_WRITE', folder, `expected to make this folder, got ${reason}`, { cause });
  }
}

function check(name: string, value: number, expected: number, tolerance: number): void {
  const most = tolerance * Math.max(1, Math.abs(expected));
  if (Math.abs(value - expected) <= most) return;
  throw new ViewforgeError('MISMATCH', name, `expected ${expected} within ${most}, got ${value}`);
}

function parseOptionsFlag(text: string | undefined, flag: string): Record<string, unknown> {
  if (text === undefined) return {};
  const value = parseJson(text, flag);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ViewforgeError('USAGE', flag, `expected a JSON object, got ${text}`);
}

function numberOf(text: string, flag: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new ViewforgeError('USAGE', flag, `expected a number, got ${JSON.stringify(text)}`);
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
