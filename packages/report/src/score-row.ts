import type { ScoreSpread, ScoreSimilarity } from '@viewforge/metrics';
import { scoreStatisticsOf } from '@viewforge/metrics';
import type { WatchedBatch } from '@viewforge/run';

/** The shares, in percent, below which quantiles of scores are told. */
export const quantilePercents: readonly number[] = Object.freeze([5, 25, 50, 75, 95]);

/** How the scores of one kind lie at one step and place; null for a number that there is none of. */
export interface ScoreFacts {
  /** How many scores there are. */
  readonly n: number;
  readonly mean: number | null;
  /** Over all scores of positives; of others unbiased over those of a query, then averaged over queries. */
  readonly variance: number | null;
  /** Mean of e^(score / temperature). */
  readonly exponential: number | null;
  /** By `quantilePercents`, each to 0.02 / bins. */
  readonly quantiles: readonly (number | null)[];
  /** [bins]; how many scores lie in each of so many equal bins on [-1, 1]; what lies outside counts as the end. */
  readonly histogram: readonly number[];
}

/** By how much positives are scored above the hardest negative of their query. */
export interface MarginFacts {
  readonly n: number;
  readonly mean: number | null;
  readonly variance: number | null;
  /** By `quantilePercents`. */
  readonly quantiles: readonly (number | null)[];
}

/** The scores of one step, between two hops of its batch; plain JSON. */
export interface ScoreRow {
  readonly step: number;
  readonly epoch: number;
  /** How many mixers the batch went through: 0 as the pairing made it. */
  readonly place: number;
  /** The name of the pairing or mixer that the batch comes from. */
  readonly from: string;
  /** Queries that were scored. */
  readonly queries: number;
  /** Pairs of a query and a key with a target above 0. */
  readonly positive: ScoreFacts | null;
  /** Synthetic positives of single queries; null where there are none. */
  readonly synthetic: ScoreFacts | null;
  /** All negatives: other keys, and extras. */
  readonly negative: ScoreFacts | null;
  /** Those of them that are extras, such as synthetic negatives; null where there are none. */
  readonly extra: ScoreFacts | null;
  /** What a query must not see; null where there is nothing. */
  readonly excluded: ScoreFacts | null;
  readonly margin: MarginFacts;
  readonly notes: readonly string[];
}

/** What scores are measured with. */
export interface ScoreRowOptions {
  /** What scores are divided by before e is raised to them, at least 0.005; best that of the loss. 0.2 when left out. */
  readonly temperature?: number;
  /** 'cosine' when left out; 'dot' for a loss with `similarity` 'dot', which takes rows as they are given. */
  readonly similarity?: ScoreSimilarity;
  /** Bins of each histogram, 1 to 10000; 100 when left out. */
  readonly bins?: number;
}

/**
 * The scores of a batch as data (Zhu et al., the visualization of Feature Transformation). Throws ViewforgeError: OPTION for a temperature
 * that is too low or bins that are none, SHAPE for a batch whose widths differ.
 */
export function scoreRowOf({ step, epoch, place, from, batch }: WatchedBatch, options: ScoreRowOptions = {}): ScoreRow {
  const { temperature = 0.2, similarity = 'cosine', bins = 100 } = options;
  const { margins, n, notes, ...spreads } = scoreStatisticsOf(batch, { temperature, similarity, bins });
  return {
    ...{ step, epoch, place, from, queries: n },
    positive: factsOf(spreads.positive),
    synthetic: factsOf(spreads.synthetic),
    negative: factsOf(spreads.negative),
    extra: factsOf(spreads.extra),
    excluded: factsOf(spreads.excluded),
    margin: {
      n: margins.n,
      mean: finite(margins.mean),
      variance: finite(margins.variance),
      quantiles: quantilePercents.map((percent) => finite(margins.quantile(percent / 100))),
    },
    notes,
  };
}

function factsOf({ mean, variance, exponential, histogram }: ScoreSpread): ScoreFacts | null {
  if (histogram.n === 0) return null;
  return {
    n: histogram.n,
    mean: finite(mean),
    variance: finite(variance),
    exponential: finite(exponential),
    quantiles: quantilePercents.map((percent) => finite(histogram.quantile(percent / 100))),
    histogram: [...histogram.counts],
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
