import { type ContrastBatch, countKeys, ViewforgeError } from '@viewforge/core';
import { notFinite, zeroNotes } from '../reports.ts';
import { checkLabels } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';
import { createMoments, type MomentSums } from '../streams/moments.ts';
import { eachQueryScores, type QueryScores } from './contrast-scores.ts';

/** A contrast, and the classes of its rows where they are known. */
export interface LabeledContrast {
  readonly batch: ContrastBatch;
  /** Classes [n] and [k]; below 0 where there is none. */
  readonly labels?: { readonly queries: ArrayLike<number>; readonly keys: ArrayLike<number> };
}

/** How hard negatives are. Each is a mean over queries that have a positive and a negative. */
export interface Hardness {
  /** Share of negatives scored no lower than the positive; a tie, to 1e-12, counts. */
  readonly rankShare: number;
  /**
   * Share of the softmax over positives and negatives that the `most` hardest negatives have: their part of an InfoNCE gradient.
   */
  readonly topMass: number;
  /** The same for the hardest hundredth of the negatives, at least one. */
  readonly topHundredthMass: number;
  /** The same for all negatives. */
  readonly negativeMass: number;
  /** e^entropy of the softmax over negatives alone; in [1, number of negatives]. */
  readonly effectiveNegatives: number;
  /** Share of the query's class among the `most` hardest negatives; over negatives and queries of known class. */
  readonly falseNegatives: number;
  /** The same for the hardest hundredth. */
  readonly topHundredthFalseNegatives: number;
  /** The same for all negatives: what to expect of negatives chosen blindly. */
  readonly allFalseNegatives: number;
  /** Queries that have a positive and a negative. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** Sums over queries, by name. */
export interface HardnessSums {
  readonly moments: Readonly<Record<Tracked, MomentSums>>;
  readonly zeroRows: number;
  readonly allFinite: boolean;
}

/** What hardness is measured with. */
export interface HardnessOptions {
  readonly temperature: number;
  /** How many negatives count as the hardest ones; all where there are fewer. */
  readonly most: number;
}

const tracked = [
  'rankShare',
  'topMass',
  'topHundredthMass',
  'negativeMass',
  'effectiveNegatives',
  'falseNegatives',
  'topHundredthFalseNegatives',
  'allFalseNegatives',
] as const;
type Tracked = (typeof tracked)[number];
type Tally = Record<Tracked, ReturnType<typeof createMoments>>;

/**
 * An accumulator of contrasts that tells how hard their negatives are, by cosine. Excluded keys are not seen, extras are
 * negatives without a class, every query counts alike; a query with several positives counts the mean over them for its rank,
 * and a number that is not finite makes all NaN. Throws ViewforgeError (OPTION) for a temperature that is not above 0; `add` throws
 * ViewforgeError: SHAPE where widths differ, LABEL for too few or too many labels.
 */
export function createHardness(options: HardnessOptions): Accumulator<LabeledContrast, HardnessSums, Hardness> {
  if (!(options.temperature > 0 && options.most >= 1)) {
    const got = `${options.temperature} and ${options.most}`;
    throw new ViewforgeError('OPTION', 'hardness', `expected a temperature above 0 and at least 1 hardest negative, got ${got}`);
  }
  const tally = Object.fromEntries(tracked.map((name) => [name, createMoments()])) as Tally;
  let facts = { zeroRows: 0, allFinite: true };
  const note = (more: { readonly zeroRows: number; readonly allFinite: boolean }): void => {
    facts = { zeroRows: facts.zeroRows + more.zeroRows, allFinite: facts.allFinite && more.allFinite };
  };
  return {
    add({ batch, labels }) {
      checkClasses(batch, labels);
      const visit = (scores: QueryScores): void => {
        const { positives, negatives, query, columns } = scores;
        if (positives.length === 0 || negatives.length === 0) return;
        const own = labels?.queries[query] ?? -1;
        const sharing = own < 0 ? undefined : (at: number) => sharingOf(own, labels?.keys[columns[at]!] ?? -1);
        addQuery(tally, scores, options, sharing);
      };
      note(eachQueryScores(batch, visit));
    },
    merge(other) {
      const more = other.state();
      for (const name of tracked) tally[name].merge({ state: () => more.moments[name] });
      note(more);
    },
    state: () => ({
      moments: Object.fromEntries(tracked.map((name) => [name, tally[name].state()])) as HardnessSums['moments'],
      ...facts,
    }),
    result: () => hardnessFrom(tally, facts),
  };
}

/** The same for one batch. */
export function hardnessOf(contrast: LabeledContrast, options: HardnessOptions): Hardness {
  const hardness = createHardness(options);
  hardness.add(contrast);
  return hardness.result();
}

/** 1 where the classes are one, 0 where they differ, NaN where the other is not known. */
function sharingOf(own: number, other: number): number {
  return other < 0 ? Number.NaN : Number(own === other);
}

function addQuery(
  tally: Tally,
  { positives, negatives }: QueryScores,
  { temperature, most }: HardnessOptions,
  sharing: ((negative: number) => number) | undefined,
): void {
  const sorted = negatives.slice().sort().reverse();
  const hundredth = Math.ceil(sorted.length / 100);
  // beside the hardest negative, and beside the highest score of all
  const weights = sorted.map((score) => Math.exp((score - sorted[0]!) / temperature));
  const highest = positives.reduce((most, score) => Math.max(most, score), sorted[0]!);
  const scale = Math.exp((sorted[0]! - highest) / temperature);
  const total = sumOf(weights);
  const all = scale * total + sumOf(positives.map((score) => Math.exp((score - highest) / temperature)));
  const massOf = (count: number): number => (scale * sumOf(weights.subarray(0, count))) / all;
  // -sum of p ln p, with ln p = (score - hardest) / temperature - ln total
  const spread = weights.reduce((sum, weight, i) => sum + weight * (sorted[0]! - sorted[i]!), 0) / (temperature * total);
  tally.rankShare.add(sumOf(positives.map((score) => countFrom(sorted, score - 1e-12) / sorted.length)) / positives.length);
  tally.topMass.add(massOf(most));
  tally.topHundredthMass.add(massOf(hundredth));
  tally.negativeMass.add(massOf(sorted.length));
  tally.effectiveNegatives.add(total * Math.exp(spread));
  if (!sharing) return;
  for (const [name, count] of [
    ['falseNegatives', most],
    ['topHundredthFalseNegatives', hundredth],
    ['allFalseNegatives', sorted.length],
  ] as const) {
    const share = shareOfTop(negatives, sorted, count, sharing);
    if (!Number.isNaN(share)) tally[name].add(share);
  }
}

/** How many of falling numbers are at least `least`. */
function countFrom(falling: Float64Array, least: number): number {
  let count = 0;
  while (count < falling.length && falling[count]! >= least) count++;
  return count;
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** Mean of `sharing` over the `count` largest scores where it is a number; equal scores in the order of their places. */
function shareOfTop(scores: Float64Array, sorted: Float64Array, count: number, sharing: (at: number) => number): number {
  const least = sorted[Math.min(count, sorted.length) - 1]!;
  let room = Math.min(count, sorted.length) - sorted.indexOf(least);
  let [sum, known] = [0, 0];
  scores.forEach((score, at) => {
    if (score < least || (score === least && room-- <= 0)) return;
    const shares = sharing(at);
    if (Number.isNaN(shares)) return;
    sum += shares;
    known++;
  });
  return sum / known;
}

function hardnessFrom(
  tally: Tally,
  { zeroRows, allFinite }: { readonly zeroRows: number; readonly allFinite: boolean },
): Hardness {
  const n = tally.rankShare.state().n;
  const means = tracked.map((name) => [name, allFinite ? tally[name].result().mean : Number.NaN] as const);
  return {
    ...(Object.fromEntries(means) as Record<Tracked, number>),
    n,
    notes: [
      ...(allFinite ? [] : notFinite.notes),
      ...zeroNotes(zeroRows),
      ...(n === 0 ? ['no query has both a positive and a negative'] : []),
      ...(n > 0 && tally.falseNegatives.state().n === 0 ? ['no query and negative of known class'] : []),
    ],
  };
}

function checkClasses(batch: ContrastBatch, labels: LabeledContrast['labels']): void {
  if (labels === undefined) return;
  checkLabels('hardness', batch.queries.shape[0]!, labels.queries);
  checkLabels('hardness', countKeys(batch), labels.keys);
}
