import { type ContrastBatch, ViewforgeError } from '@viewforge/core';
import { notFinite, zeroNotes } from '../reports.ts';
import type { Accumulator } from '../streams/accumulator.ts';
import { createHistogram, type Histogram } from '../streams/histogram.ts';
import { createMoments, type MomentSums } from '../streams/moments.ts';
import { eachQueryScores, type QueryScores, type RowFacts, type ScoreSimilarity } from './contrast-scores.ts';

/** How the scores of one kind lie. */
export interface ScoreSpread {
  readonly mean: number;
  readonly variance: number;
  /** Mean of e^(score / temperature). */
  readonly exponential: number;
  /** All scores, by equal bins on [-1, 1]; what lies outside, as products may, counts as the end. */
  readonly histogram: Histogram;
}

/** By how much positives are scored above the hardest negative of their query. */
export interface MarginSpread {
  readonly mean: number;
  readonly variance: number;
  readonly n: number;
  /** The margin below which a share `p` in [0, 1] of all margins lies, to 0.0004; NaN without margins. */
  quantile(p: number): number;
}

/** What the scores of a contrast look like. */
export interface ScoreStatistics {
  /** Over all pairs of a query and one of its positives; NaN where there is none. */
  readonly positive: ScoreSpread;
  /** The same over a query's own synthetic positives. */
  readonly synthetic: ScoreSpread;
  /** Mean, unbiased variance and mean exponential of each query's negatives, averaged over queries; NaN where there is none. */
  readonly negative: ScoreSpread;
  /** The same of those negatives that are a query's own extras. */
  readonly extra: ScoreSpread;
  /** The same of what a query must not see. */
  readonly excluded: ScoreSpread;
  /** Mean over positive pairs of the score less the largest score of the query's negatives; in [-2, 2] for cosines. */
  readonly margin: number;
  /** The same as a distribution. */
  readonly margins: MarginSpread;
  /** Queries of a length above 1e-12. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** What scores are measured with. */
export interface ScoreOptions {
  /** At least 0.005, for e^(1 / temperature) has to be a number. */
  readonly temperature: number;
  /** 'cosine' when left out; 'dot' takes rows as they are given, which is what a loss with `similarity` 'dot' sees. */
  readonly similarity?: ScoreSimilarity;
  /** Bins of each histogram; 100 when left out. */
  readonly bins?: number;
}

/** Sums over queries, by name, and the histograms of all scores. */
export interface ScoreSums {
  readonly moments: Readonly<Record<Tracked, MomentSums>>;
  readonly histograms: Readonly<Record<Counted, Float64Array>>;
  readonly queries: number;
  readonly zeroRows: number;
  readonly allFinite: boolean;
}

const pooled = ['positive', 'synthetic'] as const;
const ofQueries = ['negative', 'extra', 'excluded'] as const;
type Kind = (typeof pooled)[number] | (typeof ofQueries)[number];
const tracked = [
  ...pooled.flatMap((kind) => [kind, `${kind}Exponential`] as const),
  ...ofQueries.flatMap((kind) => [`${kind}Mean`, `${kind}Variance`, `${kind}Exponential`] as const),
  'margin' as const,
];
type Tracked = (typeof tracked)[number];
const counted = [...pooled, ...ofQueries, 'margin'] as const;
type Counted = (typeof counted)[number];

type Moments = Readonly<Record<Tracked, ReturnType<typeof createMoments>>>;
type Histograms = Readonly<Record<Counted, ReturnType<typeof createHistogram>>>;
interface Facts extends RowFacts {
  readonly queries: number;
}

/**
 * An accumulator of contrast batches that watches how positives and negatives are scored during training. A mean of positives
 * that rises early says that positives are too easy; a small variance of negatives says that negatives are. Excluded keys are no
 * negatives, extras are; synthetic positives have a spread of their own and no margin. Every query counts alike, and a number that is not
 * finite makes all NaN. Throws ViewforgeError (OPTION) for a temperature that is too low or a number of bins that is none, `add`
 * ViewforgeError (SHAPE) where widths differ.
 * https://arxiv.org/abs/2108.02982
 */
export function createScoreStatistics(options: ScoreOptions): Accumulator<ContrastBatch, ScoreSums, ScoreStatistics> {
  checkOptions(options);
  const moments = recordOf(tracked, createMoments);
  const histograms = recordOf(counted, () => createHistogram(options.bins));
  let facts: Facts = { queries: 0, zeroRows: 0, allFinite: true };
  const note = (queries: number, { zeroRows, allFinite }: RowFacts): void => {
    facts = {
      queries: facts.queries + queries,
      zeroRows: facts.zeroRows + zeroRows,
      allFinite: facts.allFinite && allFinite,
    };
  };
  const visit = (scores: QueryScores): void => {
    note(1, { zeroRows: 0, allFinite: true });
    for (const [kind, each] of kindsOf(scores)) for (const score of each) histograms[kind].add(score);
    for (const [name, value] of findings(scores, options.temperature)) {
      moments[name].add(value);
      if (name === 'margin') histograms.margin.add(value / 2); // [-2, 2] on the bins of [-1, 1]
    }
  };
  return {
    add: (batch) => note(0, eachQueryScores(batch, visit, options.similarity)),
    merge(other) {
      const more = other.state();
      for (const name of tracked) moments[name].merge({ state: () => more.moments[name] });
      for (const kind of counted) histograms[kind].merge({ state: () => more.histograms[kind] });
      note(more.queries, more);
    },
    state: () => ({
      moments: recordOf(tracked, (name) => moments[name].state()),
      histograms: recordOf(counted, (kind) => histograms[kind].state()),
      ...facts,
    }),
    result: () => statisticsOf(moments, histograms, facts),
  };
}

/** The same for one batch: one step of a training. */
export function scoreStatisticsOf(batch: ContrastBatch, options: ScoreOptions): ScoreStatistics {
  const statistics = createScoreStatistics(options);
  statistics.add(batch);
  return statistics.result();
}

function checkOptions({ temperature, bins = 100 }: ScoreOptions): void {
  const fail = (expected: string): never => {
    throw new ViewforgeError('OPTION', 'score-statistics', expected);
  };
  if (!(temperature >= 0.005)) fail(`expected a temperature of at least 0.005, got ${temperature}`);
  if (!Number.isInteger(bins) || bins < 1 || bins > 10_000) fail(`expected a whole number of 1 to 10000 bins, got ${bins}`);
}

function* kindsOf({ positives, synthetic, negatives, columns, excluded }: QueryScores): Generator<readonly [Kind, Float64Array]> {
  const own = columns.indexOf(-1);
  yield ['positive', positives];
  yield ['synthetic', synthetic];
  yield ['negative', negatives];
  yield ['extra', own < 0 ? new Float64Array() : negatives.subarray(own)];
  yield ['excluded', excluded];
}

function* findings(scores: QueryScores, temperature: number): Generator<readonly [Tracked, number]> {
  const largest = scores.negatives.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  for (const [kind, each] of kindsOf(scores)) {
    if (kind === 'positive' || kind === 'synthetic') {
      for (const score of each) {
        yield [kind, score];
        yield [`${kind}Exponential`, Math.exp(score / temperature)];
      }
    } else if (each.length > 0) {
      const mean = meanOf(each);
      yield [`${kind}Mean`, mean];
      yield [`${kind}Exponential`, meanOf(each.map((score) => Math.exp(score / temperature)))];
      if (each.length < 2) continue;
      yield [`${kind}Variance`, each.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (each.length - 1)];
    }
  }
  if (scores.negatives.length > 0) for (const score of scores.positives) yield ['margin', score - largest];
}

function statisticsOf(moments: Moments, histograms: Histograms, { queries, zeroRows, allFinite }: Facts): ScoreStatistics {
  const known = (value: number): number => (allFinite ? value : Number.NaN);
  const mean = (name: Tracked): number => known(moments[name].result().mean);
  const spread = (kind: Kind): ScoreSpread => ({
    mean: mean(kind === 'positive' || kind === 'synthetic' ? kind : `${kind}Mean`),
    variance: kind === 'positive' || kind === 'synthetic' ? known(moments[kind].result().variance) : mean(`${kind}Variance`),
    exponential: mean(`${kind}Exponential`),
    histogram: histograms[kind].result(),
  });
  const [margins, halves] = [moments.margin.result(), histograms.margin.result()];
  const [positive, negative] = [spread('positive'), spread('negative')];
  return {
    ...{ positive, synthetic: spread('synthetic'), negative, extra: spread('extra'), excluded: spread('excluded') },
    margin: known(margins.mean),
    margins: {
      mean: known(margins.mean),
      variance: known(margins.variance),
      n: margins.n,
      quantile: (p) => known(2 * halves.quantile(p)),
    },
    n: queries,
    notes: [
      ...(allFinite ? [] : notFinite.notes),
      ...zeroNotes(zeroRows),
      ...(positive.histogram.n === 0 ? ['no query has a positive'] : []),
      ...(negative.histogram.n === 0 ? ['no query has a negative'] : []),
    ],
  };
}

function recordOf<K extends string, T>(names: readonly K[], make: (name: K) => T): Record<K, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>;
}

function meanOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
