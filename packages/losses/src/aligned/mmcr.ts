import { type AlignedBatch, choice, defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { type Rows, rowsPullback } from '../rows.ts';
import { type NuclearNorm, nuclearNorm } from '../nuclear-norm.ts';
import { addScaled, meanOf, openTargets, openViews } from './views.ts';

/**
 * Minus the nuclear norm (sum of singular values) of the centroids [n, d] of items, plus `compressionWeight` times the mean over
 * items of the nuclear norm of their own rows: centroids fill the space, and the views of an item lie close together. The rows of
 * an item are its views and, where there are some, its targets (those of a momentum encoder).
 *
 * Gradients [n, d] flow to views and to targets, with respect to rows as given; a row of length <= 1e-12 has none where rows are
 * brought to length 1. Where singular values are 0, as with equal views, the norm has a corner: directions below 1e-9 of the
 * largest have no part in the gradient.
 *
 * `parts`: `centroids` (their nuclear norm), `compression` (the mean over items, before the weight).
 * Throws ViewforgeError: SHAPE without a view or where views and targets do not fit, NOT_FINITE.
 */
export const mmcr = defineLoss({
  name: 'mmcr',
  summary: 'Spread the centroids of items and compress the views of each (maximum manifold capacity).',
  reference: 'https://arxiv.org/abs/2303.03307',
  measures: 'aligned',
  options: z.object({
    compressionWeight: number({
      default: 0.005,
      min: 0,
      unit: 'none',
      doc: 'How much the spread of the views of one item counts; lambda in the paper.',
    }),
    rows: choice(['unit', 'raw'], {
      default: 'unit',
      doc: 'Bring rows to length 1, as the paper does, or take them as they are, as lightly does.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'mmcr'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'mmcr'),
});

interface Options {
  readonly compressionWeight: number;
  readonly rows: 'unit' | 'raw';
}

function find(batch: AlignedBatch, { compressionWeight, rows }: Options): Found {
  const similarity = rows === 'unit' ? 'cosine' : 'dot';
  const views = openViews(batch, { where: 'mmcr', similarity, least: 1 });
  const targets = openTargets(batch, { where: 'mmcr', similarity });
  const all = [...views, ...targets];
  const { n, d } = views[0]!;
  const centroids = new Float64Array(n * d);
  for (const { data } of all) addScaled(centroids, data, 1 / all.length);
  const spread = nuclearNorm(centroids, n, d);
  const own = Array.from({ length: n }, (_, item) => nuclearNorm(rowsOfItem(all, item), all.length, d));
  const compression = meanOf(own.map(({ value }) => value));
  return {
    value: -spread.value + compressionWeight * compression,
    perQuery: new Float64Array(0),
    parts: { centroids: spread.value, compression },
    gradients: () => {
      const slopes = all.map((_, place) => slopesAt(spread, own, place, all.length, compressionWeight));
      const back = (given: Rows, place: number, like: AlignedBatch['views'][number]) =>
        rowsPullback(given, slopes[place]!, 1, like, similarity);
      return {
        views: views.map((given, v) => back(given, v, batch.views[v]!)),
        ...(targets.length > 0 && {
          targets: targets.map((given, w) => back(given, views.length + w, batch.targets![w]!)),
        }),
      };
    },
  };
}

/** [views and targets, d] of one item. */
function rowsOfItem(all: readonly Rows[], item: number): Float64Array {
  const { d } = all[0]!;
  const rows = new Float64Array(all.length * d);
  all.forEach(({ data }, place) => {
    rows.set(data.subarray(item * d, item * d + d), place * d);
  });
  return rows;
}

/** [n, d]; slopes of the view or target at one place. */
function slopesAt(spread: NuclearNorm, own: readonly NuclearNorm[], place: number, places: number, weight: number): Float64Array {
  const slopes = spread.slopes.map((each) => -each / places);
  const d = slopes.length / own.length;
  own.forEach((each, item) => {
    for (let e = 0; e < d; e++) {
      slopes[item * d + e] = slopes[item * d + e]! + (weight * each.slopes[place * d + e]!) / own.length;
    }
  });
  return slopes;
}
