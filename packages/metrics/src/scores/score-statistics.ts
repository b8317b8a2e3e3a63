import { type ContrastBatch, ViewforgeError } from '@viewforge/core';
import { notFinite, zeroNotes } from '../reports.ts';
import type { Accumulator } from '../streams/accumulator.ts';
import { createHistogram, type Histogram } from '../streams/histogram.ts';
import { createMoments, type MomentSums } from '../streams/moments.ts';
import { eachQueryScores, type QueryScores } from './contrast-scores.ts';

/** How the cosines of positives, or of negatives, lie. */
export interface ScoreSpread {
  readonly mean: number;
  readonly variance: number;
  /** Mean of e^(cosine / temperature). */
  readonly exponential: number;
  /** All cosines, by 100 equal bins on [-1, 1]. */
  readonly histogram: Histogram;
}

/** What the scores of a contrast look like. */
export interface ScoreStatistics {
  /** Over all pairs of a query and one of its positives; NaN where there is none. */
  readonly positive: ScoreSpread;
  /** Mean, unbiased variance and mean exponential of each query's negatives, averaged over queries; NaN where there is none. */
  readonly negative: ScoreSpread;
  /** Mean over positive pairs of the cosine less the largest cosine of the query's negatives; in [-2, 2]. */
  readonly margin: number;
  /** Queries of a length above 1e-12. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** Sums over queries, by name, and the histograms of all scores. */
export interface ScoreSums {
  readonly moments: Readonly<Record<Tracked, MomentSums>>;
  readonly histograms: Readonly<Record<'positive' | 'negative', Float64Array>>;
  readonly queries: number;
  readonly zeroRows: number;
  readonly allFinite: boolean;
}

const tracked = ['positive', 'positiveExponential', 'negativeMean', 'negativeVariance', 'negativeExponential', 'margin'] as const;
type Tracked = (typeof tracked)[number];

/**
 * An accumulator of contrast batches that watches how positives and negatives are scored during training. A mean of positives
 * that rises early says that positives are too easy; a small variance of negatives says that negatives are. Cosines;
 * `temperature` >= 0.005, for e^(1 / temperature) has to be a number. Excluded keys are not seen, extras are negatives, every query counts alike, and a number that is not
 * finite makes all NaN. Throws ViewforgeError (OPTION) for a lower temperature, `add` ViewforgeError (SHAPE) where widths differ.
 * https://arxiv.org/abs/2108.02982
 */
export function createScoreStatistics({
  temperature,
}: {
  readonly temperature: number;
}): Accumulator<ContrastBatch, ScoreSums, ScoreStatistics> {
  if (!(temperature >= 0.005)) {
    throw new ViewforgeError('OPTION', 'score-statistics', `expected a temperature of at least 0.005, got ${temperature}`);
  }
  const moments = Object.fromEntries(tracked.map((name) => [name, createMoments()])) as Record<
    Tracked,
    ReturnType<typeof createMoments>
  >;
  const histograms = { positive: createHistogram(), negative: createHistogram() };
  let facts = { queries: 0, zeroRows: 0, allFinite: true };
  const visit = (scores: QueryScores): void => {
    facts.queries++;
    for (const score of scores.positives) histograms.positive.add(score);
    for (const score of scores.negatives) histograms.negative.add(score);
    for (const [name, value] of findings(scores, temperature)) moments[name].add(value);
  };
  return {
    add(batch) {
      const { zeroRows, allFinite } = eachQueryScores(batch, visit);
      facts = { ...facts, zeroRows: facts.zeroRows + zeroRows, allFinite: facts.allFinite && allFinite };
    },
    merge(other) {
      const more = other.state();
      for (const name of tracked) moments[name].merge({ state: () => more.moments[name] });
      for (const kind of ['positive', 'negative'] as const) histograms[kind].merge({ state: () => more.histograms[kind] });
      facts = {
        queries: facts.queries + more.queries,
        zeroRows: facts.zeroRows + more.zeroRows,
        allFinite: facts.allFinite && more.allFinite,
      };
    },
    state: () => ({
      moments: Object.fromEntries(tracked.map((name) => [name, moments[name].state()])) as ScoreSums['moments'],
      histograms: { positive: histograms.positive.state(), negative: histograms.negative.state() },
      ...facts,
    }),
    result: () => statisticsOf(moments, histograms, facts),
  };
}

/** The same for one batch: one step of a training. */
export function scoreStatisticsOf(batch: ContrastBatch, options: { readonly temperature: number }): ScoreStatistics {
  const statistics = createScoreStatistics(options);
  statistics.add(batch);
  return statistics.result();
}

function* findings({ positives, negatives }: QueryScores, temperature: number): Generator<readonly [Tracked, number]> {
  const [largest, mean] = [negatives.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY), meanOf(negatives)];
  for (const score of positives) {
    yield ['positive', score];
    yield ['positiveExponential', Math.exp(score / temperature)];
    if (negatives.length > 0) yield ['margin', score - largest];
  }
  if (negatives.length === 0) return;
  yield ['negativeMean', mean];
  yield ['negativeExponential', meanOf(negatives.map((score) => Math.exp(score / temperature)))];
  if (negatives.length < 2) return;
  yield ['negativeVariance', negatives.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (negatives.length - 1)];
}

function statisticsOf(
  moments: Readonly<Record<Tracked, ReturnType<typeof createMoments>>>,
  histograms: Readonly<Record<'positive' | 'negative', ReturnType<typeof createHistogram>>>,
  { queries, zeroRows, allFinite }: { readonly queries: number; readonly zeroRows: number; readonly allFinite: boolean },
): ScoreStatistics {
  const mean = (name: Tracked): number => (allFinite ? moments[name].result().mean : Number.NaN);
  const [positive, negative] = [histograms.positive.result(), histograms.negative.result()];
  return {
    positive: {
      mean: mean('positive'),
      variance: allFinite ? moments.positive.result().variance : Number.NaN,
      exponential: mean('positiveExponential'),
      histogram: positive,
    },
    negative: {
      mean: mean('negativeMean'),
      variance: mean('negativeVariance'),
      exponential: mean('negativeExponential'),
      histogram: negative,
    },
    margin: mean('margin'),
    n: queries,
    notes: [
      ...(allFinite ? [] : notFinite.notes),
      ...zeroNotes(zeroRows),
      ...(positive.n === 0 ? ['no query has a positive'] : []),
      ...(negative.n === 0 ? ['no query has a negative'] : []),
    ],
  };
}

function meanOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
