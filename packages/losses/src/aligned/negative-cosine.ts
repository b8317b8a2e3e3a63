import { type AlignedBatch, choice, defineLoss } from '@viewforge/core';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { rowsPullback } from '../rows.ts';
import {
  type Against,
  addScaled,
  itemWeightsOf,
  meetingsOf,
  openTargets,
  openViews,
  pairsOf,
  rowProducts,
  weighRows,
  weightedMean,
  zeroRowsOf,
} from './views.ts';

/**
 * -cos, or 2 - 2 cos, of rows that belong together, mean over comparisons and, by `weights`, over items. With targets (SimSiam, BYOL), `views` are the
 * predictions and meet the targets of the other views, v != w, or their own (prediction of later latents); no gradient flows to
 * targets. Without targets every two views meet, and gradients flow to both. In [-1, 1] or [0, 4].
 *
 * BYOL's paper adds the two comparisons of two views: twice the mean given here, for 'normalized-mse'.
 *
 * Gradients [n, d] are with respect to rows as given, before they are brought to length 1. A row of length <= 1e-12 has cosine 0
 * and no gradient.
 *
 * `parts`: `cosine` (the mean), `zeroRows`. `perQuery`: the mean over the comparisons of each row. Where all weights are 0 the value is 0.
 * Throws ViewforgeError: SHAPE where views, targets and weights do not fit or nothing is there to compare, NOT_FINITE.
 */
export const negativeCosine = defineLoss({
  name: 'negative-cosine',
  summary: 'Turn views toward the targets of other views, or toward each other (SimSiam, BYOL).',
  reference: 'https://arxiv.org/abs/2011.10566',
  measures: 'aligned',
  options: z.object({
    form: choice(['negative-cosine', 'normalized-mse'], {
      default: 'negative-cosine',
      doc: '-cos as in SimSiam, or 2 - 2 cos, the squared distance of rows of length 1, as in BYOL.',
    }),
    against: choice(['others', 'own'], {
      default: 'others',
      doc: 'The targets that a view meets: those of the other views, or its own, where one target alone is for all views.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'negative-cosine'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'negative-cosine'),
});

interface Options {
  readonly form: 'negative-cosine' | 'normalized-mse';
  readonly against: Against;
}

function find(batch: AlignedBatch, { form, against }: Options): Found {
  const opening = { where: 'negative-cosine', similarity: 'cosine' } as const;
  const views = openViews(batch, { ...opening, least: batch.targets ? 1 : 2, weighs: true });
  const weights = itemWeightsOf(batch, opening.where);
  const targets = openTargets(batch, opening);
  const others = batch.targets ? targets : views;
  const meetings = batch.targets ? meetingsOf(batch, against, opening.where) : pairsOf(views.length);
  const cosines = new Float64Array(views[0]!.n);
  for (const [v, w] of meetings) addScaled(cosines, rowProducts(views[v]!, others[w]!), 1 / meetings.length);
  const perQuery = cosines.map((cosine) => (form === 'normalized-mse' ? 2 - 2 * cosine : -cosine));
  return {
    value: weightedMean(perQuery, weights),
    perQuery,
    parts: { cosine: weightedMean(cosines, weights), zeroRows: zeroRowsOf([...views, ...targets]) },
    gradients: () => {
      const slopes = views.map(({ data }) => new Float64Array(data.length));
      for (const [v, w] of meetings) {
        addScaled(slopes[v]!, others[w]!.data, 1);
        if (!batch.targets) addScaled(slopes[w]!, views[v]!.data, 1);
      }
      for (const each of slopes) weighRows(each, weights);
      const factor = (form === 'normalized-mse' ? -2 : -1) / meetings.length;
      return { views: views.map((rows, v) => rowsPullback(rows, slopes[v]!, factor, batch.views[v]!, 'cosine')) };
    },
  };
}
