import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { type DistanceName, distanceOptions } from './distances.ts';
import type { Query } from './each-query.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';
import { type TripletGroup, tripletGroups } from './triplet-groups.ts';

/**
 * How far positives are from within `boundary` - `margin`, and negatives from beyond `boundary` + `margin`: relu(d - boundary + margin)
 * and relu(boundary - d + margin) of both pairs of each triplet (all of them, or `batch.triplets`), added and divided by how many
 * are above 0; plus `regularization` times the boundary where there is a triplet. With `inner-product` both signs change. Extras are
 * negatives (of no named triplet).
 *
 * Gradients flow to queries and keys, with respect to rows as given; a pair exactly at its margin has none, nor has a
 * distance or a row of length <= 1e-12. Without a triplet the value is 0. `perQuery` is empty. Terms count by
 * `queryWeights`, in counts by what these are relative to the largest.
 *
 * `parts`: `positive`, `negative` (mean distance, over pairs that may be seen), `positivePairs`, `negativePairs`, `triplets`, `activePositives`, `activeNegatives`
 * (above 0, by triplet), `boundarySlope` (d(value) / d(boundary), for who learns the boundary), `queries`, `zeroRows`. Throws ViewforgeError:
 * SHAPE for parts of a batch that do not fit and for named triplets of other columns than a positive and a negative of the query, NOT_FINITE.
 */
export const margin = defineLoss({
  name: 'margin',
  summary: 'Part positives from negatives at a boundary of distance (margin loss).',
  reference: 'https://arxiv.org/abs/1706.07567',
  options: z.object({
    margin: number({ default: 0.2, unit: 'of the distance', doc: 'How far from the boundary a pair is in place (alpha).' }),
    boundary: number({ default: 1.2, unit: 'of the distance', doc: 'Where positives end and negatives begin (beta).' }),
    regularization: number({ default: 0, min: 0, unit: 'none', doc: 'Weight of the boundary in the value (nu).' }),
    ...distanceOptions('euclidean'),
  }),
  measure: (batch, options) => measurePairs(batch, settingsOf(options), termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settingsOf(options), termsOf(options)),
});

interface Options {
  readonly margin: number;
  readonly boundary: number;
  readonly regularization: number;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
}

function settingsOf({ distance, rows }: Options): TableSettings {
  return { where: 'margin', distance, rows, visits: 'all' };
}

interface Total {
  sum: number;
  triplets: number;
  activePositives: number;
  activeNegatives: number;
}

function termsOf(options: Options): OpenTerms {
  return (table) => {
    const { sign } = table.distance;
    const groupsOf = tripletGroups(table);
    const total: Total = { sum: 0, triplets: 0, activePositives: 0, activeNegatives: 0 };
    const limits = { positive: sign * options.boundary - options.margin, negative: sign * options.boundary + options.margin };
    return {
      visit(query, slopes) {
        for (const group of groupsOf(query)) takeGroup(query, group, limits, total, slopes);
      },
      finish() {
        const { sum, triplets, activePositives, activeNegatives } = total;
        const active = activePositives + activeNegatives;
        const scale = active === 0 ? 0 : 1 / active;
        const weight = triplets === 0 ? 0 : options.regularization;
        const boundarySlope = sign * (activeNegatives - activePositives) * scale + weight;
        const parts = { triplets, activePositives, activeNegatives, boundarySlope };
        return { value: sum * scale + weight * options.boundary, scale, parts };
      },
    };
  };
}

/** In place: `total` and `slopes` take the triplets of one positive. */
function takeGroup(
  { apart, weight }: Query,
  { positive, negatives }: TripletGroup,
  limits: { readonly positive: number; readonly negative: number },
  total: Total,
  slopes: Float64Array,
): void {
  const times = negatives.length;
  total.triplets += weight * times;
  const beyond = apart[positive]! - limits.positive;
  if (beyond > 0) {
    total.sum += weight * times * beyond;
    total.activePositives += weight * times;
    slopes[positive] = slopes[positive]! + times;
  }
  for (const negative of negatives) {
    const within = limits.negative - apart[negative]!;
    if (!(within > 0)) continue;
    total.sum += weight * within;
    total.activeNegatives += weight;
    slopes[negative] = slopes[negative]! - 1;
  }
}
