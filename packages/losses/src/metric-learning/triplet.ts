import { choice, defineLoss, flag, number } from '@viewforge/core';
import { z } from 'zod';
import { logistic, softplus } from '../row-rule.ts';
import { type DistanceName, distanceOptions } from './distances.ts';
import type { Query } from './each-query.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import { fillApart, keyPoint, type PairTable, pullApart, type Sloped, type Sums, type TableSettings } from './pair-table.ts';
import { type Reduction, reductionOption, scaleOf } from './reduction.ts';
import { type TripletGroup, tripletGroups } from './triplet-groups.ts';

/**
 * How far each positive of a query is from being nearer than each negative by a margin: relu(d(q, p) - d(q, n) + margin), or
 * ln(1 + e^(that)), over all triplets, or over `batch.triplets` where a miner chose some. With `inner-product` it is
 * s(q, n) - s(q, p) + margin. With `swap` the nearer of d(q, n) and d(p, n) counts. Extras are negatives (of no named triplet).
 *
 * Gradients flow to queries, positives and negatives, with respect to rows as given; a triplet exactly at the margin is in place
 * and has none, nor has a distance or a row of length <= 1e-12. Without a triplet the value is 0. `perQuery` is empty. Terms count by `queryWeights`,
 * in counts by what these are relative to the largest.
 * Triplets are gone through one by one and never held: memory grows with n + k, time with the number of triplets.
 *
 * `parts`: `positive`, `negative` (mean distance, over pairs that may be seen), `positivePairs`, `negativePairs`, `triplets`, `active` (above 0),
 * `queries`, `zeroRows`.
 * Throws ViewforgeError: SHAPE for parts of a batch that do not fit and for named triplets of other columns than a positive and a negative of the
 * query, NOT_FINITE.
 */
export const triplet = defineLoss({
  name: 'triplet',
  summary: 'Bring positives nearer than negatives by a margin (triplet loss).',
  reference: 'https://arxiv.org/abs/1503.03832',
  options: z.object({
    margin: number({ default: 0.5, unit: 'of the distance', doc: 'How much nearer; FaceNet: 0.2 of squared distances.' }),
    penalty: choice(['hinge', 'softplus'], {
      default: 'hinge',
      doc: 'Nothing beyond the margin, or ever less; softplus with a margin of 0 is the soft-margin loss.',
    }),
    swap: flag({ default: false, doc: 'Take the negative from the positive where that is nearer (anchor swap).' }),
    reduction: reductionOption('triplets'),
    ...distanceOptions('euclidean'),
  }),
  measure: (batch, options) => measurePairs(batch, settingsOf(options), termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settingsOf(options), termsOf(options)),
});

interface Options {
  readonly margin: number;
  readonly penalty: 'hinge' | 'softplus';
  readonly swap: boolean;
  readonly reduction: Reduction;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
}

function settingsOf({ distance, rows }: Options): TableSettings {
  return { where: 'triplet', distance, rows, visits: 'all' };
}

function termsOf(options: Options): OpenTerms {
  return (table, sums) => {
    const groupsOf = tripletGroups(table);
    const total = { sum: 0, count: 0, active: 0 };
    const width = options.swap ? table.columns + table.s : 0;
    const swapped = { apart: new Float64Array(width), slopes: new Float64Array(width) };
    return {
      visit(query, slopes) {
        for (const group of groupsOf(query)) {
          if (options.swap) fillApart(table, keyPoint(table, group.positive), query.index, swapped.apart);
          const found = takeGroup(query, group, options, slopes, swapped);
          total.sum += query.weight * found.sum;
          total.count += query.weight * group.negatives.length;
          total.active += query.weight * found.active;
          if (options.swap && sums !== undefined) pullSwapped(table, query, group, swapped, sums);
        }
      },
      finish() {
        const scale = scaleOf(options.reduction, total, table.unit);
        return { value: total.sum * scale, scale, parts: { triplets: total.count, active: total.active } };
      },
    };
  };
}

/** In place: slopes of the sum over the triplets of one positive; `swapped` holds how far that positive is from all columns. */
function takeGroup(
  { apart }: Query,
  { positive, negatives }: TripletGroup,
  { margin, penalty, swap }: Options,
  slopes: Float64Array,
  swapped: Sloped,
): { readonly sum: number; readonly active: number } {
  let [sum, active] = [0, 0];
  for (const negative of negatives) {
    const isSwapped = swap && swapped.apart[negative]! < apart[negative]!;
    const far = isSwapped ? swapped.apart[negative]! : apart[negative]!;
    const violation = apart[positive]! - far + margin;
    const term = penalty === 'hinge' ? Math.max(0, violation) : softplus(violation);
    const slope = penalty === 'hinge' ? Number(violation > 0) : logistic(violation);
    const into = isSwapped ? swapped.slopes : slopes;
    slopes[positive] = slopes[positive]! + slope;
    into[negative] = into[negative]! - slope;
    sum += term;
    active += Number(term > 0);
  }
  return { sum, active };
}

function pullSwapped(table: PairTable, query: Query, { positive }: TripletGroup, swapped: Sloped, sums: Sums): void {
  pullApart(table, keyPoint(table, positive, sums), query, swapped, sums);
  swapped.slopes.fill(0);
}
