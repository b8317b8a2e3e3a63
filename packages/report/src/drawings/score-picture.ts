import type { ScoreMonitor, WatchedPlace } from '../score-monitor.ts';
import { colorOf, drawCurves, type CurveChoice } from './curve-panel.ts';
import { drawHistograms, highestShare } from './histogram-panel.ts';
import type { Box } from './panel.ts';
import { sheet } from './style.ts';
import { element, escapeText, label } from './svg.ts';

const width = 960;
const [panelWidth, panelHeight] = [width / 3, 190];
const placeHeight = panelHeight - 10;

const curves: readonly Omit<CurveChoice, keyof Box>[] = [
  { title: 'Positives: mean', note: 'over all pairs', curve: 'positiveMean' },
  { title: 'Negatives: mean', note: 'of a query, averaged', curve: 'negativeMean' },
  {
    title: 'Margin',
    note: 'to the hardest negative; half of all in the band',
    curve: 'margin',
    band: ['margin25', 'margin75'],
  },
  { title: 'Positives: variance', note: 'over all pairs', curve: 'positiveVariance' },
  { title: 'Negatives: variance', note: 'of a query, averaged', curve: 'negativeVariance' },
  { title: 'Negatives: e^(score / temperature)', note: 'of a query, averaged', curve: 'negativeExponential' },
];

/**
 * The whole picture as one SVG file, 960 pixels wide: curves over steps with a color for each place, and below them the distributions before
 * and after each mixer at the first, a middle and the last step. It carries its style, light and dark, and needs no script.
 */
export function drawScores(monitor: ScoreMonitor, title = 'Scores of positives and negatives'): string {
  const places = monitor.places();
  const parts = [label(title, 12, 26, 'heading')];
  let y = 44;
  if (places.length === 0) parts.push(label('No batch was seen.', 12, y + 10, 'small'));
  else {
    parts.push(drawLegend(places, y));
    y += 26;
    curves.forEach((choice, i) => {
      const box = {
        x: (i % 3) * panelWidth,
        y: y + Math.floor(i / 3) * (panelHeight + 10),
        width: panelWidth,
        height: panelHeight,
      };
      parts.push(drawCurves(places, { ...choice, ...box }));
    });
    y += 2 * (panelHeight + 10) + 26;
    parts.push(drawKinds(y));
    y += 22;
    parts.push(...places.map((place, i) => drawPlace(place, y + i * placeHeight)));
    y += places.length * placeHeight;
  }
  const height = y + 16;
  const paper = element('rect', { x: 0, y: 0, width, height, class: 'paper' });
  const head = `<title>${escapeText(title)}</title><style>${sheet}</style>`;
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    class: 'scores',
    role: 'img',
  };
  return `${element('svg', frame, head + paper + parts.join('\n'))}\n`;
}

/** What a place is called. */
export function placeName({ place, from }: Pick<WatchedPlace, 'place' | 'from'>): string {
  return place === 0 ? `as paired (${from})` : `after ${from}`;
}

function drawLegend(places: readonly WatchedPlace[], y: number): string {
  let x = 12;
  return places
    .map((place) => {
      const name = placeName(place);
      const key = element('line', { x1: x, x2: x + 22, y1: y, y2: y, class: `curve ${colorOf(place.place)}` });
      const entry = key + label(name, x + 28, y + 4, 'small');
      x += 52 + 6.6 * name.length;
      return entry;
    })
    .join('');
}

const kinds = [
  ['positives', 'positive', false],
  ['negatives', 'negative', false],
  ['synthetic positives', 'positive', true],
  ['extras of single queries', 'negative', true],
] as const;

function drawKinds(y: number): string {
  let x = 12;
  const heading = label('Distributions', x, y, 'title');
  x += 104;
  const entries = kinds.map(([name, kind, isLine]) => {
    const key = isLine
      ? element('line', { x1: x, x2: x + 22, y1: y - 4, y2: y - 4, class: `edge dashed ${kind}` })
      : element('rect', { x, y: y - 10, width: 22, height: 11, class: `area ${kind}` });
    const entry = key + label(name, x + 28, y, 'small');
    x += 52 + 6.6 * name.length;
    return entry;
  });
  return heading + entries.join('');
}

function drawPlace(place: WatchedPlace, y: number): string {
  const shown = [...new Map([place.first, place.middle, place.last].map((row) => [row.step, row])).values()];
  const highest = highestShare(shown);
  const boxes = shown.map((row, i) =>
    drawHistograms({
      row,
      highest,
      title: `step ${row.step}`,
      ...{ x: i * panelWidth, y: y + 14, width: panelWidth, height: panelHeight - 40 },
    }),
  );
  return label(placeName(place), 46, y + 8, 'title') + boxes.join('');
}
