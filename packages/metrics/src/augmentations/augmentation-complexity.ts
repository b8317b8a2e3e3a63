import { defineMetric, integer, type MetricReport, number, ViewforgeError } from '@viewforge/core';
import { type Features, features } from '@viewforge/tensor';
import { z } from 'zod';
import { eachScored } from '../neighbors/nearest.ts';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { featuresOf, roleOption, sourcesOf } from '../role.ts';
import { areFinite, checkSources, directionsOf, rowsAt, stackViews } from '../rows.ts';
import { chosenNotes, seedOption, someItems } from '../some-items.ts';
import { augmentationGraph } from './augmentation-graph.ts';

/**
 * How little the augmentations of different items overlap, estimated from their views: the augmentation complexity kappa^2,
 * with views' densities by Gaussian kernels on unit features. At least 1, where all items have the same views; at most the
 * number of items, where each has its own.
 *
 * `parts`: `pieces`, which no view joins, and `overlap`, the mean share that the views of two items have in common.
 * Items of one id are one item; rows of length 0 are left out. `n` counts items. Of more items than `most`, as many are chosen
 * at random by seed and item id, and a note says so; another says that it is an estimate. NaN without items, or with a number
 * that is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const augmentationComplexity = defineMetric({
  name: 'augmentation-complexity',
  summary: 'Estimate how little the augmentations of different items overlap.',
  reference: 'https://arxiv.org/abs/2306.00788',
  better: 'neither',
  options: z.object({
    bandwidth: number({
      default: 0.2,
      min: 0,
      open: 'min',
      unit: 'distance of unit features',
      doc: 'Deviation of the Gaussian around each view; views further apart than a few of them do not overlap.',
    }),
    most: integer({ default: 500, min: 2, unit: 'items', doc: 'Of more items, so many are measured: time grows with the cube.' }),
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { bandwidth, most, seed, role }, { signal }) {
    signal.throwIfAborted();
    const found = featuresOf(encoded, role, 'augmentation-complexity');
    const chosen = someItems(encoded, { most, seed }, 'augmentation-complexity');
    const sources = sourcesOf(encoded);
    const { rows, positions } = stackViews(found.features.map((each) => rowsAt(each, chosen)));
    const report = augmentationComplexityOf(
      rows,
      positions.map((position) => sources[chosen[position]!]!),
      bandwidth,
    );
    if (report.n === 0) return report;
    return { ...report, notes: [...found.notes, ...report.notes, ...chosenNotes(chosen, encoded)] };
  },
});

/**
 * The augmentation complexity of views [m, d], of which those of one number in `sources` [m] are of one item, by unit rows:
 * every view stands for one that can be drawn, and an item draws it with a probability that grows with the mean of
 * e^(-distance^2 / (2 bandwidth^2)) to its own. Value, parts and edges as in `augmentationComplexity`. Throws ViewforgeError
 * (SHAPE, OPTION).
 */
export function augmentationComplexityOf(views: Features, sources: ArrayLike<number>, bandwidth: number): MetricReport {
  checkSources('augmentation complexity', views.shape[0]!, sources);
  if (!(bandwidth > 0)) {
    throw new ViewforgeError('OPTION', 'augmentation complexity', `expected a bandwidth above 0, got ${bandwidth}`);
  }
  if (!areFinite([views])) return notFinite;
  const { rows, kept, zero } = directionsOf(views);
  const m = kept.length;
  if (m === 0) return nothingToMeasure('augmentation complexity needs a view that is not 0');
  const items = [...new Set(Array.from(kept, (row) => sources[row]!))];
  const itemOf = new Map(items.map((source, item) => [source, item]));
  const own = Array.from(kept, (row) => itemOf.get(sources[row]!)!);
  const counts = items.map((_, item) => own.filter((each) => each === item).length);
  const shares = new Float64Array(items.length * m);
  eachScored({ queries: rows, keys: rows, nearness: 'distance' }, (view, scores) => {
    const item = own[view]!;
    for (let other = 0; other < m; other++) {
      shares[item * m + other]! += Math.exp(scores[other]! / (2 * bandwidth * bandwidth)) / counts[item]!;
    }
  });
  const { report } = augmentationGraph(features(shares, items.length, m));
  return { ...report, notes: [...zeroNotes(zero), 'an estimate from views that were drawn'] };
}
