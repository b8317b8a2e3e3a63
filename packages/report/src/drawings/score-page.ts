import type { ScoreMonitor, WatchedPlace } from '../score-monitor.ts';
import type { ScoreRow } from '../score-row.ts';
import { drawScores, placeName } from './score-picture.ts';
import { escapeText } from './svg.ts';

const sheet = `
body { margin: 0 auto; padding: 16px; max-width: 992px; font: 14px/1.5 system-ui, sans-serif; color: #1b1f24; background: #ffffff; }
svg { width: 100%; height: auto; }
.tables { display: flex; flex-wrap: wrap; gap: 8px 40px; align-items: flex-start; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 12px 0 4px; }
th, td { padding: 2px 10px; text-align: right; border-bottom: 1px solid #d9dee3; white-space: nowrap; font-weight: 400; }
th:first-child { text-align: left; }
@media (prefers-color-scheme: dark) {
  body { color: #e8ecf0; background: #14181c; }
  th, td { border-color: #333b44; }
}
`;

/** The page of a monitor: the picture and, for each place, a table of the first, a middle and the last step. One file, without scripts. */
export function drawScorePage(monitor: ScoreMonitor, title = 'Scores of positives and negatives'): string {
  const { temperature, similarity, every } = monitor.options;
  const words = `Similarity: ${similarity}. Temperature: ${temperature}. ${every === 1 ? 'Every step' : `Steps that are multiples of ${every}`} looked at; points of long runs are means over neighbors. Scores outside of [\u22121, 1] are counted in the last bin.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<style>${sheet}</style>
</head>
<body>
${drawScores(monitor, title)}<p>${escapeText(words)}</p>
<div class="tables">
${monitor.places().map(tableOf).join('\n')}
</div>
</body>
</html>
`;
}

const kinds = [
  ['positives', 'positive'],
  ['synthetic positives', 'synthetic'],
  ['negatives', 'negative'],
  ['extras', 'extra'],
  ['excluded', 'excluded'],
] as const;

type Line = readonly [name: string, of: (row: ScoreRow) => number | null | undefined];

const lines: readonly Line[] = [
  ['queries', ({ queries }) => queries],
  ...kinds.flatMap(([name, kind]): readonly Line[] => [
    [name, (row) => row[kind]?.n],
    [`${name}: mean`, (row) => row[kind]?.mean],
    [`${name}: variance`, (row) => row[kind]?.variance],
    [`${name}: median`, (row) => row[kind]?.quantiles[2]],
  ]),
  ['margin: mean', ({ margin }) => margin.mean],
  ['margin: median', ({ margin }) => margin.quantiles[2]],
];

function tableOf(place: WatchedPlace): string {
  const rows = [...new Map([place.first, place.middle, place.last].map((row) => [row.step, row])).values()];
  const shown = lines.filter(([, of]) => rows.some((row) => typeof of(row) === 'number'));
  const head = `<tr><th></th>${rows.map(({ step }) => `<th>step ${step}</th>`).join('')}</tr>`;
  const body = shown.map(
    ([name, of]) => `<tr><th>${name}</th>${rows.map((row) => `<td>${numberText(of(row))}</td>`).join('')}</tr>`,
  );
  return `<table><caption>${escapeText(placeName(place))}</caption>${head}${body.join('')}</table>`;
}

function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return (Number.isInteger(value) ? `${value}` : value.toPrecision(4)).replace('-', '\u2212');
}
