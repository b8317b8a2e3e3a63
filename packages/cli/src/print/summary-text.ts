import { join } from 'node:path';
import type { JobSummary, MixingFacts } from '@viewforge/runtime';
import { shorten } from '../output-folder.ts';
import type { Terminal } from '../terminal.ts';
import { printable, quoted } from './printable.ts';
import { type Style, styleFor } from './style.ts';
import { figure, pairsList, table } from './table.ts';

/** What a person wants to know after the main job, and what to try next. */
export function summaryText(summary: JobSummary, output: string, terminal: Terminal): string {
  const style = styleFor(terminal.colors);
  return [
    style.bold('what was done'),
    pairsList(doneRows(summary)),
    '',
    style.bold('loss'),
    table(
      ['epoch', 'items', summary.settings.loss.use],
      summary.loss.perEpoch.map(({ epoch, items, loss }) => [String(epoch + 1), String(items), figure(loss)]),
    ),
    '',
    style.bold('metrics'),
    metricsTable(summary),
    ...badItemLines(summary),
    '',
    style.bold(`results in ${output}`),
    ...summary.files.map((file) => `  ${file}`),
    '',
    nextSteps(summary, output, terminal, style),
  ].join('\n');
}

function doneRows({
  counts,
  encoder,
  mixing = [],
  source,
  settings,
  threads,
  timings,
}: JobSummary): (readonly [string, string])[] {
  const { read, used, skipped, replaced, quarantined, views } = counts;
  const classes = source.classes === null ? '' : ` in ${source.classes.length} classes`;
  const wholeEncoder = [encoder, ...settings.heads].map(({ use }) => use).join(' + ');
  return [
    ['source', `${settings.source.use}: ${source.items} items${classes}`],
    ['items', `${read} read = ${used} used + ${skipped} skipped + ${replaced} replaced + ${quarantined} quarantined`],
    ['views', `${views} by ${settings.plan.use}, seed ${seedText(settings.seed)}`],
    ['encoder', `${wholeEncoder} on ${encoder.provider}, ${encoder.width} features${passed(encoder)}`],
    ...mixing.map(
      (each) =>
        [
          'mixer',
          `${each.mixer} ${each.provider === null ? 'without its model' : `on ${each.provider}`}${passed(each)}`,
        ] as const,
    ),
    [
      'threads',
      `${threads.workers === 0 ? 'views on the main thread' : `${threads.workers} workers`}${threads.note ? `: ${threads.note}` : ''}`,
    ],
    ...(timings ? [['time', `${timings.seconds.toFixed(1)} s, ${timings.viewsPerSecond.toFixed(0)} views/s`] as const] : []),
  ];
}

function passed({ passedOver }: JobSummary['encoder'] | MixingFacts): string {
  return passedOver.map(({ provider, reason }) => `; not on ${provider}: ${reason}`).join('');
}

function metricsTable({ metrics }: JobSummary): string {
  if (metrics.length === 0) return '(none)';
  const arrows = { lower: 'lower', higher: 'higher', neither: '' };
  return table(
    ['metric', 'value', 'better', 'rows', 'notes'],
    metrics.map(({ metric, value, better, n, notes }) => [metric, figure(value), arrows[better], String(n), notes.join('; ')]),
  );
}

function badItemLines({ badItems }: JobSummary): string[] {
  if (badItems.length === 0) return [];
  const shown = badItems.slice(0, 10).map(({ id, code, outcome }) => [printable(id), code, outcome]);
  const more = badItems.length > 10 ? [`and ${badItems.length - 10} more in the summary`] : [];
  return ['', table(['item that could not be used', 'why', 'what became of it'], shown), ...more];
}

function nextSteps({ files, settings }: JobSummary, output: string, { folder, command }: Terminal, { bold, dim }: Style): string {
  const [first, second] = files.filter((file) => file.endsWith('.npy')).map((file) => quoted(join(output, file)));
  const root = settings.source.options['root'];
  const data = typeof root === 'string' ? ` --data ${quoted(shorten(folder, root))}` : '';
  const steps: (readonly [string, string])[] = [
    ['your own images', `run --data YOUR_PHOTOS --seed 1 --workers 2`],
    ['other views', `run${data} --plan views-byol/byol`],
    ['the same views, made again from the trace alone', `replay ${quoted(join(output, 'trace.jsonl'))}${data} --out replayed`],
    ...(second === undefined ? [] : [['a loss of stored embeddings', `measure losses/info-nce ${first} ${second}`] as const]),
    ['every part there is', 'list'],
  ];
  return [bold('what to try next'), ...steps.flatMap(([what, line]) => [dim(`  # ${what}`), `  ${command} ${line}`])].join('\n');
}

function seedText(seed: number | string): string {
  return typeof seed === 'number' ? String(seed) : JSON.stringify(seed);
}
