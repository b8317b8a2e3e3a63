import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { eachQuery, type Query } from './each-query.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import type { PairTable, TableSettings } from './pair-table.ts';

/**
 * How unlike each other positive pairs are, and negative pairs: the mean over positives of relu((1 - positiveSlack) m - s)^2 plus the mean
 * over negatives of relu(s - (1 + negativeSlack) m)^2, m being the mean cosine s of all positive, or negative, pairs of the batch.
 * It goes beside a loss that parts the two. Extras are negatives; a query without a positive counts with its negatives.
 *
 * Gradients flow to queries, keys and extras, through the means as well, with respect to rows as given; none for rows of length <= 1e-12.
 * A side without pairs is 0. `perQuery` is empty. Pairs count by `queryWeights`, in both means, and in
 * counts by what these are relative to the largest.
 *
 * `parts`: `positive`, `negative` (mean cosine), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError:
 * SHAPE, NOT_FINITE.
 *
 * Yu and Tao, Deep Metric Learning with Tuplet Margin Loss (2019).
 */
export const intraPairVariance = defineLoss({
  name: 'intra-pair-variance',
  summary: 'Make positive pairs alike in similarity, and negative pairs (intra-pair variance loss).',
  options: z.object({
    positiveSlack: number({
      default: 0.01,
      min: 0,
      unit: 'share of the mean',
      doc: 'How far below their mean positives may be.',
    }),
    negativeSlack: number({
      default: 0.01,
      min: 0,
      unit: 'share of the mean',
      doc: 'How far above their mean negatives may be.',
    }),
  }),
  measure: (batch, options) => measurePairs(batch, settings, termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settings, termsOf(options)),
});

const settings: TableSettings = { where: 'intra-pair-variance', distance: 'inner-product', rows: 'unit', visits: 'all' };

interface Options {
  readonly positiveSlack: number;
  readonly negativeSlack: number;
}

function termsOf({ positiveSlack, negativeSlack }: Options): OpenTerms {
  return (table) => {
    // apart is minus the cosine, so that positives are to be below their limit and negatives above
    const sides = [
      openSide(table, (query) => query.positives, 1, 1 - positiveSlack),
      openSide(table, (query) => query.negatives, -1, 1 + negativeSlack),
    ] as const;
    return {
      visit(query, slopes) {
        for (const side of sides) {
          if (side.count === 0) continue; // pairs of queries that weigh nothing
          for (const column of side.columns(query)) {
            const beyond = side.beyond(query, column);
            slopes[column] = (2 * (side.toward * beyond - (side.share * side.toward * side.sum) / side.count)) / side.count;
          }
        }
      },
      finish: () => ({
        value: sides.reduce((value, { squares, count }) => value + (count === 0 ? 0 : squares / count), 0),
        scale: 1,
      }),
    };
  };
}

/** Pairs of one kind. */
interface Side {
  columns(query: Query): readonly number[];
  /** How far a pair is on the wrong side of the limit, which is `share` of the mean of `apart`. */
  beyond(query: Query, column: number): number;
  /** 1 where larger is worse, -1 where smaller is. */
  readonly toward: 1 | -1;
  readonly share: number;
  readonly count: number;
  /** Of `beyond`, and of its squares, over all pairs. */
  readonly sum: number;
  readonly squares: number;
}

function openSide(table: PairTable, columns: Side['columns'], toward: 1 | -1, share: number): Side {
  let [count, apart, sum, squares] = [0, 0, 0, 0];
  eachPair((query, column) => {
    count += query.weight;
    apart += query.weight * query.apart[column]!;
  });
  const limit = count === 0 ? 0 : (share * apart) / count;
  const beyond = (query: Query, column: number): number => Math.max(0, toward * (query.apart[column]! - limit));
  eachPair((query, column) => {
    const far = beyond(query, column);
    sum += query.weight * far;
    squares += query.weight * far * far;
  });
  return { columns, beyond, toward, share, count, sum, squares };

  function eachPair(visit: (query: Query, column: number) => void): void {
    eachQuery(table, (query) => {
      for (const column of columns(query)) visit(query, column);
    });
  }
}
