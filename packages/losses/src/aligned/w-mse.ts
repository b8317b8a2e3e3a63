import { type AlignedBatch, defineLoss, integer, number } from '@viewforge/core';
import { features } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { type Rows, rowsOf, rowsPullback } from '../rows.ts';
import { addScaled, meanOf, openViews, pairsOf, rowProducts } from './views.ts';
import { type Whitened, whiten } from './whiten.ts';

/**
 * 2 - 2 cos of the rows of two views after whitening, mean over rows and over every two views. Rows are whitened in groups of
 * `groupSize` in their order, each view for itself: L^-1 (z - mean) with L L^T the covariance of the group. What does not fill a
 * group joins the last one. The paper draws the groups anew for each batch: a batch in random order does that, and the mean over
 * several orders is the mean over several calls.
 *
 * A covariance is shrunk toward its mean variance (the code of the paper shrinks toward the identity, which depends on the scale of
 * the rows); one that is singular even so, as with no more rows than columns and without shrinkage, is shrunk by 1e-3. Rows of a
 * group that does not vary, such as one row alone, have cosine 0 and no gradient.
 *
 * Gradients [n, d] flow to every view through the whitening, with respect to the numbers as given. Targets are not looked at.
 * `parts`: `groups` (of all views), `shrunkGroups` (whose covariance was singular), `flatGroups` (that do not vary).
 * `perQuery`: the mean over comparisons of each row.
 * Throws ViewforgeError: SHAPE with fewer than two views or views that do not fit, NOT_FINITE.
 */
export const wMse = defineLoss({
  name: 'w-mse',
  summary: 'Bring views together after whitening, which keeps them from collapsing (W-MSE).',
  reference: 'https://arxiv.org/abs/2007.06346',
  measures: 'aligned',
  options: z.object({
    groupSize: integer({
      default: 128,
      min: 2,
      unit: 'rows',
      doc: 'Rows that are whitened together; twice the number of columns or more is advised.',
    }),
    shrinkage: number({
      default: 0,
      min: 0,
      max: 1,
      unit: 'none',
      doc: 'Share of the mean variance in the covariance: 0 whitens in full, 1 only centers and scales.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'w-mse'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'w-mse'),
});

interface Options {
  readonly groupSize: number;
  readonly shrinkage: number;
}

function find(batch: AlignedBatch, { groupSize, shrinkage }: Options): Found {
  const views = openViews(batch, { where: 'w-mse', similarity: 'dot', least: 2 });
  const white = views.map((rows) => whitenGroups(rows, groupSize, shrinkage));
  const pairs = pairsOf(views.length);
  const { n } = views[0]!;
  const perQuery = new Float64Array(n).fill(2);
  for (const [v, w] of pairs) addScaled(perQuery, rowProducts(white[v]!.unit, white[w]!.unit), -2 / pairs.length);
  const groups = white.flatMap((each) => each.groups);
  return {
    value: meanOf(perQuery),
    perQuery,
    parts: {
      groups: groups.length,
      shrunkGroups: groups.filter((each) => each.shrinkage > shrinkage).length,
      flatGroups: groups.filter((each) => Number.isNaN(each.shrinkage)).length,
    },
    gradients: () => {
      const slopes = views.map(({ data }) => new Float64Array(data.length));
      for (const [v, w] of pairs) {
        addScaled(slopes[v]!, white[w]!.unit.data, 1);
        addScaled(slopes[w]!, white[v]!.unit.data, 1);
      }
      const back = white.map((each, v) => each.pullback(slopes[v]!, -2 / (n * pairs.length)));
      return { views: views.map((rows, v) => rowsPullback(rows, back[v]!, 1, batch.views[v]!, 'dot')) };
    },
  };
}

/** One view, whitened and brought to length 1. */
interface WhiteView {
  readonly unit: Rows;
  readonly groups: readonly Whitened[];
  /** Slopes of the rows as given from those of `unit`, which are multiplied by `scale`. */
  pullback(slopes: Float64Array, scale: number): Float64Array;
}

function whitenGroups({ data, n, d }: Rows, groupSize: number, shrinkage: number): WhiteView {
  const count = Math.max(1, Math.floor(n / groupSize));
  const first = (group: number) => (group === count ? n : group * groupSize) * d;
  const windows = Array.from({ length: count }, (_, group) => [first(group), first(group + 1)] as const);
  const groups = windows.map(([from, to]) => whiten({ data: data.subarray(from, to), n: (to - from) / d, d }, shrinkage));
  const whole = new Float64Array(n * d);
  groups.forEach((each, group) => {
    whole.set(each.data, first(group));
  });
  const given = features(whole, n, d);
  const unit = rowsOf(given, 'cosine');
  return {
    unit,
    groups,
    pullback(slopes, scale) {
      const result = rowsPullback(unit, slopes, scale, given, 'cosine').data as Float64Array;
      windows.forEach(([from, to], group) => {
        result.set(groups[group]!.pullback(result.subarray(from, to)), from);
      });
      return result;
    },
  };
}
