import { type ContrastBatch, defineMixer, number } from '@viewforge/core';
import { z } from 'zod';
import { checkedRows, distanceOptions } from './distances.ts';
import { keepTriplets } from './keep.ts';
import { squaredDistance, type Rows } from './rows.ts';
import { chooseTriplets } from './triplets.ts';

/**
 * The triplets in which the positive pair is seen under a wide angle from the negative: with c the middle of query a and positive p, those
 * with atan(|a - p| / (2 |n - c|)) above the limit. A query sees what is in its triplets alone. They are chosen from the triplets of
 * the batch where it has some, otherwise from every positive with every negative; none of a positive equal to its query. Extra
 * negatives stay. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const angularTriplets = defineMixer({
  name: 'angular-triplets',
  summary: 'Leave the triplets whose positive pair is seen under a wide angle from the negative.',
  reference: 'https://arxiv.org/abs/1708.01682',
  mixes: 'contrast',
  options: z.object({
    angle: number({ default: 20, min: 0, max: 90, unit: 'degrees', doc: 'Triplets with a larger angle are left.' }),
    rows: distanceOptions.rows,
  }),
  draw: (_batch, options) => options,
  apply(batch: ContrastBatch, { angle, rows }) {
    const { queries, keys } = checkedRows(batch, rows === 'raw' ? 'dot' : 'cosine', 'angular-triplets');
    const others = stacked(keys, queries.d);
    const limit = (angle * Math.PI) / 180;
    const chosen = chooseTriplets(batch, (row) => {
      const query = rowAt(queries.data, row, queries.d);
      let seen = -1;
      let center = query;
      let apart = 0;
      return (positive, negative) => {
        if (seen !== positive) {
          const other = rowAt(others, positive, queries.d);
          center = query.map((value, e) => (value + other[e]!) / 2);
          apart = Math.sqrt(squaredDistance(query, other));
          seen = positive;
        }
        return Math.atan2(apart, 2 * Math.sqrt(squaredDistance(center, others, negative * queries.d))) > limit;
      };
    });
    return keepTriplets(batch, chosen);
  },
  pullback: (_batch, _params, gradients) => gradients,
});

/** All keys [k, d], block after block. */
function stacked(keys: readonly Rows[], d: number): Float64Array {
  const count = keys.reduce((sum, { n }) => sum + n, 0);
  const all = new Float64Array(count * d);
  let at = 0;
  for (const { data, n } of keys) {
    all.set(data.subarray(0, n * d), at);
    at += n * d;
  }
  return all;
}

function rowAt(rows: Float64Array, row: number, d: number): Float64Array {
  return rows.subarray(row * d, row * d + d);
}
