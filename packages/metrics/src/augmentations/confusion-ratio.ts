import { defineMetric, type MetricReport } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { z } from 'zod';
import { eachNearest } from '../neighbors/nearest.ts';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { featuresOf, roleOption, sourcesOf } from '../role.ts';
import { areFinite, checkSources, directionsOf, stackViews } from '../rows.ts';

/**
 * How far augmentations bring different items near each other: the share of views whose nearest view, by cosine among all other
 * views of the role, is one of another item (ACR). In [0, 1]. It needs no labels; what it says of an encoder shows next to that
 * of an untrained one, by `overlapGain`.
 *
 * Items of one id are one item; rows of length 0 are left out; a tie goes to the view that comes first. `n` counts views. NaN
 * with fewer than two views, no items, or a number that is not finite. Throws ViewforgeError (NAME) for a role that the plan
 * lacks.
 */
export const confusionRatio = defineMetric({
  name: 'confusion-ratio',
  summary: 'Measure how often the nearest view is one of another item.',
  reference: 'https://arxiv.org/abs/2203.13457',
  better: 'neither',
  options: z.object({ role: roleOption }),
  async measure(encoded, { role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'confusion-ratio');
    if (features.length < 2) return nothingToMeasure('the confusion ratio needs two views of an item');
    const sources = sourcesOf(encoded);
    const { rows, positions } = stackViews(features);
    const report = confusionRatioOf(
      rows,
      positions.map((position) => sources[position]!),
    );
    return report.n === 0 ? report : { ...report, notes: [...notes, ...report.notes] };
  },
});

/**
 * The share of views [m, d] whose nearest other view, by distance of unit rows, has another number in `sources` [m]. Ties go to
 * the lower index, rows of length 0 are left out. NaN with fewer than two rows, or a number that is not finite. Throws
 * ViewforgeError (SHAPE).
 */
export function confusionRatioOf(views: Features, sources: ArrayLike<number>): MetricReport {
  checkSources('confusion ratio', views.shape[0]!, sources);
  if (!areFinite([views])) return notFinite;
  const { rows, kept, zero } = directionsOf(views);
  if (kept.length < 2) return nothingToMeasure('the confusion ratio needs two views that are not 0');
  let confused = 0;
  eachNearest(
    { queries: rows, keys: rows, nearness: 'product' }, // the order of cosines is that of distances
    1,
    (query, { keys }) => {
      if (sources[kept[keys[0]!]!] !== sources[kept[query]!]) confused++;
    },
    (query, key) => query !== key,
  );
  return { value: confused / kept.length, n: kept.length, parts: {}, notes: zeroNotes(zero) };
}
