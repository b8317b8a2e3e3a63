import { choice, defineMetric, integer, number } from '@viewforge/core';
import { z } from 'zod';
import { notFinite } from '../reports.ts';
import { featuresOf, labelsOf, roleOption, sourcesOf } from '../role.ts';
import { areFinite, rowsAt, stackViews } from '../rows.ts';
import { knnLeaveOneOut } from './knn-accuracy.ts';

/**
 * How often the nearest views of other items vote for the class of a view: the weighted vote of k neighbors among all views of
 * the role, those of the same item (and of items of the same id) left out. In [0, 1].
 *
 * `parts`: `top5` and `chance`, the share of the commonest class. Items without a class and rows of length 0 are left out. `n`
 * counts rows. NaN without two items of a class each, or with a number that is not finite. Throws ViewforgeError (NAME) for a
 * role that the plan lacks.
 */
export const knn = defineMetric({
  name: 'knn',
  summary: 'Measure how often the neighbors of a view vote for its class.',
  reference: 'https://arxiv.org/abs/1805.01978',
  better: 'higher',
  options: z.object({
    k: integer({ default: 200, min: 1, unit: 'neighbors', doc: 'So many neighbors vote; all where there are fewer.' }),
    temperature: number({
      default: 0.1,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'A vote weighs e^(cosine / temperature); many use 0.07.',
    }),
    nearness: choice(['cosine', 'distance'], {
      default: 'cosine',
      doc: 'Neighbors by cosine, or by distance and without temperature.',
    }),
    role: roleOption,
  }),
  async measure(encoded, { role, ...options }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'knn');
    if (!areFinite(features)) return notFinite;
    const known = labelsOf(encoded);
    const { rows, positions } = stackViews(features.map((each) => rowsAt(each, known.positions)));
    const sources = sourcesOf(encoded);
    const labels = positions.map((position) => known.labels[position]!);
    const report = knnLeaveOneOut(
      { rows, labels },
      { ...options, sources: positions.map((position) => sources[known.positions[position]!]!) },
    );
    if (report.n === 0) return { ...report, notes: [...known.notes, ...report.notes] };
    return {
      ...report,
      parts: { ...report.parts, chance: commonest(known.labels) },
      notes: [...notes, ...known.notes, ...report.notes],
    };
  },
});

/** The share of the commonest number. */
function commonest(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / labels.length;
}
