import { ViewforgeError } from '@viewforge/core';
import { createSeries, type SeriesPoint } from '@viewforge/metrics';
import type { WatchedBatch } from '@viewforge/run';
import { type ScoreRow, type ScoreRowOptions, scoreRowOf } from './score-row.ts';

/** What a score monitor is made with. */
export interface ScoreMonitorOptions extends ScoreRowOptions {
  /** Steps whose number is a multiple of it are looked at; 1, the default, for all. */
  readonly every?: number;
  /** So many points a curve, and so many steps with all their rows, are kept at most; at least 2, 512 when left out. */
  readonly most?: number;
}

/** The numbers that are followed over steps, and where a row has them. */
const followed = Object.freeze({
  positiveMean: ({ positive }: ScoreRow) => positive?.mean,
  positiveVariance: ({ positive }: ScoreRow) => positive?.variance,
  positiveExponential: ({ positive }: ScoreRow) => positive?.exponential,
  syntheticMean: ({ synthetic }: ScoreRow) => synthetic?.mean,
  syntheticVariance: ({ synthetic }: ScoreRow) => synthetic?.variance,
  negativeMean: ({ negative }: ScoreRow) => negative?.mean,
  negativeVariance: ({ negative }: ScoreRow) => negative?.variance,
  negativeExponential: ({ negative }: ScoreRow) => negative?.exponential,
  extraMean: ({ extra }: ScoreRow) => extra?.mean,
  extraVariance: ({ extra }: ScoreRow) => extra?.variance,
  margin: ({ margin }: ScoreRow) => margin.mean,
  margin25: ({ margin }: ScoreRow) => margin.quantiles[1],
  margin75: ({ margin }: ScoreRow) => margin.quantiles[3],
});

/** The name of a curve. */
export type CurveName = keyof typeof followed;

const curveNames = Object.keys(followed) as readonly CurveName[];

/** What is known of one place: between two hops of a batch. */
export interface WatchedPlace {
  /** How many mixers a batch went through there. */
  readonly place: number;
  /** The pairing or mixer that it comes from. */
  readonly from: string;
  /** Empty where the place has no such numbers. */
  readonly curves: Readonly<Record<CurveName, readonly SeriesPoint[]>>;
  /** Of the first step, the kept one nearest to the middle, and the last. */
  readonly first: ScoreRow;
  readonly middle: ScoreRow;
  readonly last: ScoreRow;
}

/** Collects the scores of one run. */
export interface ScoreMonitor {
  readonly options: Required<ScoreMonitorOptions>;
  /** For `RunOptions.watch`: measures the batch, where its step is looked at. */
  watch(seen: WatchedBatch): void;
  /** In place: takes in a row that was measured before, such as a line of a log. */
  add(row: ScoreRow): void;
  /** The rows that are kept, by step and place. */
  rows(): readonly ScoreRow[];
  /** In their order; none before the first batch. */
  places(): readonly WatchedPlace[];
}

/**
 * Watches how positives and negatives are scored at every step, as the pairing made the batch and after each mixer: distributions, means,
 * variances, mean exponentials, quantiles, and margins between a positive and the hardest negative.
 *
 * Memory is bounded: curves hold at most `most` points each, neighbors being averaged in pairs when there would be more; whole rows are kept
 * for the first and last step and for at most `most` others, of which every second goes when there would be more. What is kept does not
 * depend on interruptions. One monitor serves one run.
 *
 * Throws ViewforgeError (OPTION) for an `every` or `most` that is too low; `watch` as `scoreRowOf`.
 * https://arxiv.org/abs/2108.02982
 */
export function createScoreMonitor(options: ScoreMonitorOptions = {}): ScoreMonitor {
  const { temperature = 0.2, similarity = 'cosine', bins = 100, every = 1, most = 512 } = options;
  if (!Number.isInteger(every) || every < 1) fail(`every: expected a whole number of at least 1, got ${every}`);
  if (!Number.isInteger(most) || most < 2) fail(`most: expected a whole number of at least 2, got ${most}`);
  const settings = { temperature, similarity, bins, every, most };
  const kept = keepSteps(settings);
  const curves = new Map<number, ReturnType<typeof openCurves>>();
  const add = (row: ScoreRow): void => {
    kept.add(row);
    if (!curves.has(row.place)) curves.set(row.place, openCurves(most));
    const own = curves.get(row.place)!;
    for (const name of curveNames) {
      const value = followed[name](row);
      if (typeof value === 'number') own[name].add({ step: row.step, value });
    }
  };
  return {
    options: settings,
    watch(seen) {
      if (seen.step % every === 0) add(scoreRowOf(seen, settings));
    },
    add,
    rows: () => kept.rows(),
    places: () =>
      [...curves]
        .sort(([a], [b]) => a - b)
        .map(([place, own]) =>
          placeOf(
            kept.rows().filter((row) => row.place === place),
            own,
          ),
        ),
  };
}

function openCurves(most: number): Record<CurveName, ReturnType<typeof createSeries>> {
  return Object.fromEntries(curveNames.map((name) => [name, createSeries(most)])) as Record<
    CurveName,
    ReturnType<typeof createSeries>
  >;
}

function placeOf(rows: readonly ScoreRow[], curves: ReturnType<typeof openCurves>): WatchedPlace {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const half = (first.step + last.step) / 2;
  const middle = rows.reduce((near, row) => (Math.abs(row.step - half) < Math.abs(near.step - half) ? row : near), first);
  const points = Object.fromEntries(curveNames.map((name) => [name, curves[name].result()])) as WatchedPlace['curves'];
  return { place: last.place, from: last.from, curves: points, first, middle, last };
}

/** Rows of the first and last step, and of steps that are multiples of a stride, which doubles when they become too many. */
function keepSteps({ every, most }: { readonly every: number; readonly most: number }) {
  const steps = new Map<number, Map<number, ScoreRow>>();
  let stride = every;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const isKept = (step: number): boolean => step === first || step === last || step % stride === 0;
  const clean = (): void => {
    for (const step of steps.keys()) if (!isKept(step)) steps.delete(step);
  };
  return {
    add(row: ScoreRow) {
      [first, last] = [Math.min(first, row.step), Math.max(last, row.step)];
      if (!steps.has(row.step)) steps.set(row.step, new Map());
      steps.get(row.step)!.set(row.place, row);
      clean();
      while (steps.size > most + 2) {
        stride *= 2;
        clean();
      }
    },
    rows: () =>
      [...steps].sort(([a], [b]) => a - b).flatMap(([, places]) => [...places.values()].sort((a, b) => a.place - b.place)),
  };
}

function fail(message: string): never {
  throw new ViewforgeError('OPTION', 'score-monitor', message);
}
