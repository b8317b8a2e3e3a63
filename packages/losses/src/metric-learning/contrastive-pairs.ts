import { choice, defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { type DistanceName, distanceOptions } from './distances.ts';
import { eachQuery, type Query } from './each-query.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';
import { type Reduction, reductionOption, scaleOf } from './reduction.ts';

/**
 * How far positive pairs are beyond one margin and negative pairs within another: relu(d - positiveMargin) and
 * relu(negativeMargin - d), or their squares, reduced on each side and added. With `inner-product`, larger is nearer:
 * relu(positiveMargin - s) and relu(s - negativeMargin), for which margins of 1 and 0 are usual. Extras are negatives; a query
 * without a positive counts with its negatives.
 *
 * Gradients flow to both rows of a pair, with respect to rows as given; a pair exactly at its margin has none, nor has a
 * distance or a row of length <= 1e-12. A side without pairs is 0. `perQuery` is empty. Terms count by
 * `queryWeights`, in counts by what these are relative to the largest.
 *
 * `parts`: `positive`, `negative` (mean distance), `positivePairs`, `negativePairs`, `activePositives`, `activeNegatives` (above
 * 0), `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 *
 * The loss of Hadsell, Chopra and LeCun, Dimensionality Reduction by Learning an Invariant Mapping (2006).
 */
export const contrastivePairs = defineLoss({
  name: 'contrastive-pairs',
  summary: 'Bring positive pairs within a margin and negative pairs beyond one (contrastive loss).',
  options: z.object({
    positiveMargin: number({ default: 0, unit: 'of the distance', doc: 'Positives nearer than this are in place.' }),
    negativeMargin: number({ default: 1, unit: 'of the distance', doc: 'Negatives farther than this are in place.' }),
    penalty: choice(['squared', 'linear'], {
      default: 'squared',
      doc: 'Of what is missing to the margin; squared in the paper.',
    }),
    reduction: reductionOption('pairs of each side'),
    ...distanceOptions('euclidean'),
  }),
  measure: (batch, options) => measurePairs(batch, settingsOf(options), termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settingsOf(options), termsOf(options)),
});

interface Options {
  readonly positiveMargin: number;
  readonly negativeMargin: number;
  readonly penalty: 'squared' | 'linear';
  readonly reduction: Reduction;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
}

function settingsOf({ distance, rows }: Options): TableSettings {
  return { where: 'contrastive-pairs', distance, rows, visits: 'all' };
}

function termsOf({ positiveMargin, negativeMargin, penalty, reduction }: Options): OpenTerms {
  return (table) => {
    const { sign } = table.distance;
    const power = penalty === 'squared' ? 2 : 1;
    const near: Side = { columns: (query) => query.positives, toward: 1, margin: sign * positiveMargin, power };
    const far: Side = { columns: (query) => query.negatives, toward: -1, margin: sign * negativeMargin, power };
    const sides = [near, far].map((side) => {
      const total = { sum: 0, count: 0, active: 0 };
      // both sides have a scale of their own, which is known once all pairs are
      eachQuery(table, (query) => {
        for (const column of side.columns(query)) take(total, missing(side, query, column) ** power, query.weight);
      });
      return { ...side, total, scale: scaleOf(reduction, total, table.unit) };
    });
    const [positive, negative] = sides.map(({ total }) => total);
    const parts = {
      activePositives: positive!.active,
      activeNegatives: negative!.active,
    };
    return {
      visit(query, slopes) {
        for (const side of sides) {
          for (const column of side.columns(query)) slopes[column] = side.scale * slopeOf(side, missing(side, query, column));
        }
      },
      finish: () => ({ value: sides.reduce((sum, { total, scale }) => sum + scale * total.sum, 0), scale: 1, parts }),
    };
  };
}

interface Side {
  columns(query: Query): readonly number[];
  /** 1 where a larger distance is worse, -1 where it is better. */
  readonly toward: 1 | -1;
  readonly margin: number;
  readonly power: 1 | 2;
}

function missing({ toward, margin }: Side, { apart }: Query, column: number): number {
  return Math.max(0, toward * (apart[column]! - margin));
}

function slopeOf({ toward, power }: Side, lack: number): number {
  if (lack === 0) return 0;
  return toward * (power === 2 ? 2 * lack : 1);
}

/** In place. */
function take(total: { sum: number; count: number; active: number }, term: number, weight: number): void {
  total.sum += weight * term;
  total.count += weight;
  if (term > 0) total.active += weight;
}
