import type { ScoreFacts, ScoreRow } from '../score-row.ts';
import { type Box, drawPanel } from './panel.ts';
import { element, pathOf } from './svg.ts';

/** What a panel of distributions is drawn with. */
export interface HistogramChoice extends Box {
  readonly title: string;
  readonly row: ScoreRow;
  /** Height of the panel, as a share of all scores of a kind in one bin. */
  readonly highest: number;
}

/** Distributions of one step at one place: positives and negatives filled, what was made of them as dashed lines. */
export function drawHistograms({ row, highest, ...choice }: HistogramChoice): string {
  const [positive, negative, margin] = [row.positive?.mean, row.negative?.mean, row.margin.mean].map(shortNumber);
  return drawPanel({
    ...choice,
    note: `means ${positive} and ${negative}, margin ${margin}`,
    counts: false,
    numbers: false,
    xs: [-1, 1],
    ys: [0, highest],
    draw: (toX, toY) => {
      const steps = (facts: ScoreFacts) => {
        const { histogram, n } = facts;
        const width = 2 / histogram.length;
        return histogram.flatMap((count, bin) => {
          const y = toY(Math.min(highest, count / n));
          return [
            [toX(-1 + bin * width), y],
            [toX(-1 + (bin + 1) * width), y],
          ] as const;
        });
      };
      const filled = (facts: ScoreFacts | null, kind: string): string =>
        facts === null
          ? ''
          : element('path', {
              class: `area ${kind}`,
              d: `M${toX(-1)} ${toY(0)}${pathOf(steps(facts)).replace('M', 'L')}L${toX(1)} ${toY(0)}Z`,
            }) + element('path', { class: `edge ${kind}`, d: pathOf(steps(facts)) });
      const dashed = (facts: ScoreFacts | null, kind: string): string =>
        facts === null ? '' : element('path', { class: `edge dashed ${kind}`, d: pathOf(steps(facts)) });
      return [
        filled(row.negative, 'negative'),
        filled(row.positive, 'positive'),
        dashed(row.extra, 'negative'),
        dashed(row.synthetic, 'positive'),
      ].join('');
    },
  });
}

/** The largest share of a kind's scores that lies in one bin, over rows; the few that pile up at an end do not count. */
export function highestShare(rows: readonly ScoreRow[]): number {
  const shares = rows.flatMap(({ positive, negative, extra, synthetic }) =>
    [positive, negative, extra, synthetic].flatMap((facts) =>
      facts === null ? [] : withoutEnds(facts.histogram).map((count) => count / facts.n),
    ),
  );
  return 1.05 * shares.reduce((most, each) => Math.max(most, each), 0.01);
}

/** To two decimals, with a sign only where something is left of it. */
function shortNumber(value: number | null | undefined): string {
  return value === null || value === undefined
    ? 'none'
    : value
        .toFixed(2)
        .replace(/^-(?=.*[1-9])/, '\u2212')
        .replace('-', '');
}

function withoutEnds(histogram: readonly number[]): readonly number[] {
  return histogram.length > 2 ? histogram.slice(1, -1) : histogram;
}
