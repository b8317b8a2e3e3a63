import {
  choice,
  type ContrastBatch,
  countKeys,
  defineMixer,
  eachExcluded,
  eachWeight,
  type Exclusion,
  number,
} from '@viewforge/core';
import { type Features, smallestNorm, values } from '@viewforge/tensor';
import { z } from 'zod';
import { fillDots } from './dot-products.ts';
import { createRangeRows } from './range-rows.ts';
import { createSparseRows } from './sparse-rows.ts';

/**
 * Excludes negatives that look like positives: those of a cosine with the query above a bound, or the closest share of them.
 * By `mode` the bound is `threshold` itself; or, relative to the cosine p of the query's positive (their mean by target where
 * there are several), p - (1 - threshold) |p|, which for threshold < 1 lies below p also where p is negative; or p - margin. Nothing
 * happens to positives, to extras, and, where the bound is relative, to queries without a positive.
 *
 * It stands behind any pairing, as a mixer of contrast batches. Arrays and targets stay; what was excluded stays excluded.
 * Memory grows with what is excluded, never with queries times keys; a queue is not copied. Nothing is drawn. Rows of length
 * <= 1e-12 have cosine 0; a cosine that is no number excludes nothing, so that the loss can tell of it.
 */
export const excludeByScore = defineMixer({
  name: 'exclude-by-score',
  summary: 'Exclude negatives that score so high that they may be false ones.',
  mixes: 'contrast',
  options: z.object({
    mode: choice(['absolute', 'relative', 'margin', 'share'], {
      default: 'relative',
      doc: 'Bound on the cosine: as given, as a share of the cosine of the positive, so much below it; or the closest share of negatives.',
    }),
    threshold: number({
      default: 0.95,
      min: -1,
      max: 2,
      unit: 'none',
      doc: 'For absolute, a cosine; for relative, a share of the cosine of the positive, above 1 to let negatives come closer than it.',
    }),
    margin: number({ default: 0.05, min: -2, max: 2, unit: 'none', doc: 'For margin: how far below the positive the bound is.' }),
    share: number({
      default: 0.01,
      min: 0,
      max: 1,
      unit: 'share of negatives',
      doc: 'For share: the closest of each query, rounded down; in a tie the lower column goes first.',
    }),
  }),
  draw: (_batch, { mode, threshold, margin, share }) => ({ mode, threshold, margin, share }),
  apply: (batch: ContrastBatch, bounds: Bounds): ContrastBatch => ({ ...batch, excluded: withFalseNegatives(batch, bounds) }),
  pullback: (_batch, _bounds, gradients) => gradients,
});

type Bounds = {
  readonly mode: 'absolute' | 'relative' | 'margin' | 'share';
  readonly threshold: number;
  readonly margin: number;
  readonly share: number;
};

const negative = 0;
const positive = 1;
const hidden = 2;

function withFalseNegatives(batch: ContrastBatch, bounds: Bounds): Exclusion {
  const [n, k] = [batch.queries.shape[0]!, countKeys(batch)];
  const norms = { queries: normsOf([batch.queries], n), keys: normsOf(batch.keys, k) };
  const scores = new Float64Array(k);
  const standing = new Uint8Array(k);
  const { kind } = batch.excluded;
  const [rows, ranges] = [createSparseRows(n), createRangeRows(n)];
  for (let row = 0; row < n; row++) {
    fillDots(batch.queries, row, batch.keys, scores);
    for (let column = 0; column < k; column++) {
      const scale = norms.queries[row]! * norms.keys[column]!;
      scores[column] = scale === 0 ? 0 : Math.max(-1, Math.min(1, scores[column]! / scale));
    }
    const score = standings(batch, row, scores, standing);
    const bound =
      bounds.mode === 'share' ? shareBound(scores, standing, bounds.share) : { above: boundOf(bounds, score), ties: 0 };
    let { ties } = bound;
    for (let column = 0; column < k; column++) {
      const isTie = scores[column] === bound.above && standing[column] === negative && ties-- > 0;
      if (standing[column] === negative && (scores[column]! > bound.above || isTie)) standing[column] = hidden;
      if (kind === 'ranges' && standing[column] === hidden) ranges.add(column, column + 1);
      else if (kind !== 'ranges' && (standing[column] === hidden) !== (kind === 'except')) rows.add(column, 1);
    }
    rows.endRow();
    ranges.endRow();
  }
  if (kind === 'ranges') return ranges.exclusion();
  return kind === 'except' ? rows.except() : rows.exclusion();
}

/** In place: what each column is to a query. The mean cosine of its positives; NaN where it has none. */
function standings(batch: ContrastBatch, row: number, scores: Float64Array, standing: Uint8Array): number {
  standing.fill(negative);
  let [sum, total] = [0, 0];
  eachWeight(batch.targets, row, (column, weight) => {
    if (!(weight > 0)) return;
    standing[column] = positive;
    sum += weight * scores[column]!;
    total += weight;
  });
  eachExcluded(batch, row, (column) => {
    standing[column] = hidden;
  });
  return sum / total;
}

/** Negatives above it are excluded; NaN excludes none. */
function boundOf({ mode, threshold, margin }: Bounds, score: number): number {
  if (mode === 'absolute') return threshold;
  return mode === 'margin' ? score - margin : score - (1 - threshold) * Math.abs(score);
}

/** The bound that as many negatives as the share asks for are above, with so many of those that are equal to it. */
function shareBound(scores: Float64Array, standing: Uint8Array, share: number): { above: number; ties: number } {
  const negatives = scores.filter((score, column) => standing[column] === negative && !Number.isNaN(score));
  const count = Math.floor(share * negatives.length);
  if (count === 0) return { above: Number.POSITIVE_INFINITY, ties: 0 };
  const above = largest(negatives, count);
  let greater = 0;
  for (const score of negatives) if (score > above) greater++;
  return { above, ties: count - greater };
}

/** In place: reorders `numbers` until the `rank`-th largest, from 1, is found (Hoare's selection). */
function largest(numbers: Float64Array, rank: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const pivot = numbers[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (numbers[i]! > pivot) i++;
      while (numbers[j]! < pivot) j--;
      if (i <= j) [numbers[i++], numbers[j--]] = [numbers[j]!, numbers[i]!];
    }
    if (rank - 1 <= j) high = j;
    else if (rank - 1 >= i) low = i;
    else break;
  }
  return numbers[rank - 1]!;
}

/** [count]; lengths of the rows of all blocks in order, 0 for those that count as zero. */
function normsOf(blocks: readonly Features[], count: number): Float64Array {
  const norms = new Float64Array(count);
  let at = 0;
  for (const block of blocks) {
    const [rows, d] = block.shape as [number, number];
    const data = values(block);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = row * d; i < (row + 1) * d; i++) sum += data[i]! * data[i]!;
      const norm = Math.sqrt(sum);
      norms[at++] = norm <= smallestNorm ? 0 : norm;
    }
  }
  return norms;
}
