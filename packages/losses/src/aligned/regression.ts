import { type AlignedBatch, choice, defineLoss } from '@viewforge/core';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { rowsPullback } from '../rows.ts';
import {
  type Against,
  addScaled,
  itemWeightsOf,
  meanOf,
  meetingsOf,
  openTargets,
  openViews,
  weighRows,
  weightedMean,
} from './views.ts';

/**
 * The mean, over all numbers of all views and, by `weights`, over items, of the squared or absolute difference from the targets: features of another encoder,
 * maps of an easier view (MultiAugs), reconstructions of a cleaner scan (Noise2Recon), predicted latents. Rows are taken as they are;
 * `views` and `targets` of maps are flattened to rows. One target alone is for all views.
 *
 * Gradients [n, d] flow to the views only. Where a number equals its target, the absolute difference has the gradient 0.
 * MultiAugs adds over views what is a mean here.
 *
 * `perQuery`: the mean over the numbers of each row. Throws ViewforgeError: SHAPE without targets or where they or weights do not fit, NOT_FINITE.
 */
export const regression = defineLoss({
  name: 'regression',
  summary: 'Bring views to given targets, by squared or absolute difference.',
  measures: 'aligned',
  options: z.object({
    distance: choice(['mse', 'l1'], { default: 'mse', doc: 'Mean of the squared, or of the absolute, difference.' }),
    against: choice(['others', 'own'], {
      default: 'own',
      doc: 'The targets that a view meets: its own, or those of the other views.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'regression'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'regression'),
});

interface Options {
  readonly distance: 'mse' | 'l1';
  readonly against: Against;
}

function find(batch: AlignedBatch, { distance, against }: Options): Found {
  const opening = { where: 'regression', similarity: 'dot' } as const;
  const views = openViews(batch, { ...opening, least: 1, weighs: true });
  const weights = itemWeightsOf(batch, opening.where);
  const targets = openTargets(batch, opening);
  const meetings = meetingsOf(batch, against, opening.where);
  const differences = meetings.map(([v, w]) => views[v]!.data.map((each, i) => each - targets[w]!.data[i]!));
  const { n, d } = views[0]!;
  const perQuery = new Float64Array(n);
  for (const each of differences) {
    const size = distance === 'mse' ? each.map((difference) => difference * difference) : each.map(Math.abs);
    for (let i = 0; i < n; i++) perQuery[i] = perQuery[i]! + meanOf(size.subarray(i * d, i * d + d)) / meetings.length;
  }
  return {
    value: weightedMean(perQuery, weights),
    perQuery,
    parts: {},
    gradients: () => {
      const slopes = views.map(({ data }) => new Float64Array(data.length));
      meetings.forEach(([v], m) => {
        addScaled(slopes[v]!, distance === 'mse' ? differences[m]! : differences[m]!.map(Math.sign), 1);
      });
      for (const each of slopes) weighRows(each, weights);
      const factor = (distance === 'mse' ? 2 : 1) / (d * meetings.length);
      return { views: views.map((rows, v) => rowsPullback(rows, slopes[v]!, factor, batch.views[v]!, 'dot')) };
    },
  };
}
