import type { SeriesPoint } from '@viewforge/metrics';
import type { CurveName, WatchedPlace } from '../score-monitor.ts';
import { type Box, drawPanel } from './panel.ts';
import { places as colors } from './style.ts';
import { element, pathOf } from './svg.ts';
import { intervalOf } from './ticks.ts';

/** Which curve of every place a panel draws. */
export interface CurveChoice extends Box {
  readonly title: string;
  readonly note?: string;
  readonly curve: CurveName;
  /** Curves below and above, drawn as a band. */
  readonly band?: readonly [low: CurveName, high: CurveName];
}

/** One curve for each place, over steps; a single step is a dot. */
export function drawCurves(places: readonly WatchedPlace[], { curve, band, ...choice }: CurveChoice): string {
  const names = [curve, ...(band ?? [])];
  const all = places.flatMap(({ curves }) => names.flatMap((name) => curves[name]));
  const steps = places.flatMap(({ curves }) => curves[curve].map(middleOf));
  const [low, high] = [
    steps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    steps.reduce((a, b) => Math.max(a, b), 0),
  ];
  return drawPanel({
    ...choice,
    counts: true,
    numbers: true,
    xs: high > low ? [low, high] : [0, Math.max(1, high)],
    ys: intervalOf(all.map(({ value }) => value)),
    draw: (toX, toY) => {
      const at = (points: readonly SeriesPoint[]) => points.map((point) => [toX(middleOf(point)), toY(point.value)] as const);
      const bands = places.map(({ curves, place }) =>
        band === undefined || curves[band[0]].length < 2
          ? ''
          : element('path', {
              class: `band ${colorOf(place)}`,
              d: `${pathOf([...at(curves[band[0]]), ...at(curves[band[1]]).reverse()])}Z`,
            }),
      );
      const lines = places.map(({ curves, place }) => {
        const points = at(curves[curve]);
        if (points.length === 1)
          return element('circle', { cx: points[0]![0], cy: points[0]![1], r: 3, class: `dot ${colorOf(place)}` });
        return points.length === 0 ? '' : element('path', { class: `curve ${colorOf(place)}`, d: pathOf(points) });
      });
      return [...bands, ...lines].join('');
    },
  });
}

/** The class of a place's color; colors come again where there are more places than colors. */
export function colorOf(place: number): string {
  return `place-${place % colors}`;
}

/** The step in the middle of those that a point stands for; as near as its count tells. */
function middleOf({ step, count }: SeriesPoint): number {
  return step + (count - 1) / 2;
}
