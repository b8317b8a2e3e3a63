import { type ContrastBatch, countKeys, ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { cosinesOf } from './distances.ts';
import { hideNegatives } from './keep.ts';
import { limitBelow, type ScoreMargin } from './margins.ts';
import { sidesOf } from './sides.ts';

/** What another model makes of the items of a batch. Its width may differ from the batch's. */
export interface Guide extends Partial<ScoreMargin> {
  /** [n, e]; row i belongs to query i. */
  readonly queries: Features;
  /** Blocks of [k_b, e], of as many rows in all as the batch has keys; row j belongs to column j. */
  readonly keys: readonly Features[];
}

/**
 * The batch without the negatives that a guide model takes for positives: those whose cosine with the query, among the guide's features, exceeds that
 * of the query's lowest positive, less the margin ('absolute', 0 when left out; above 0 excludes more). Exclusions grow, everything else stays; a
 * query without a positive loses nothing. From GISTEmbed (Solatorio 2024, https://arxiv.org/abs/2402.16829).
 *
 * A function and not a part: the guide's features are as large as the batch, and params of a part are JSON.
 * Throws ViewforgeError: SHAPE for a guide of other counts of rows, NOT_FINITE for a visible row of the guide that holds NaN or an infinity.
 */
export function excludeByGuide(batch: ContrastBatch, guide: Guide): ContrastBatch {
  const { queries, keys, marginKind = 'absolute', margin = 0 } = guide;
  const guided = { ...batch, queries, keys };
  checkCounts(batch, guided);
  const scores = cosinesOf(guided, where);
  const sides = sidesOf(batch);
  const hidden = Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const { positives, negatives } = sides(row);
    const ofRow = scores(row);
    const lowest = positives.reduce((least, column) => Math.min(least, ofRow[column]!), Number.POSITIVE_INFINITY);
    const limit = limitBelow(lowest, { marginKind, margin });
    return negatives.filter((column) => ofRow[column]! > limit);
  });
  return hideNegatives(batch, hidden);
}

const where = 'exclude-by-guide';

function checkCounts(batch: ContrastBatch, guided: ContrastBatch): void {
  const [expected, got] = [batch, guided].map((each) => [each.queries.shape[0]!, countKeys(each)]) as [number[], number[]];
  if (expected[0] === got[0] && expected[1] === got[1]) return;
  const told = ([n, k]: number[]): string => `${n} queries and ${k} keys`;
  throw new ViewforgeError('SHAPE', where, `expected a guide's features of ${told(expected)}, got ${told(got)}`);
}
