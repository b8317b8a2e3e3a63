import { defineMetric } from '@viewforge/core';
import { z } from 'zod';
import { nothingToMeasure } from '../reports.ts';
import { roleOption } from '../role.ts';
import { originalOption, twoSetsOf } from '../samples/two-sets.ts';
import { centeredKernelAlignmentOf } from './comparison.ts';

/**
 * How alike the arrangement of items is in two views: the mean linear centered kernel alignment of each view with view 0 of the
 * originals. In [0, 1]; 1 where the features of all items differ by a rotation and a scale only.
 *
 * `parts`: one `view-i` for each view compared. `n` counts rows of views. NaN without a second view, with fewer than two items,
 * where a view is the same for all items, or a number is not finite. Throws ViewforgeError (NAME) for a role that the plan
 * lacks.
 */
export const centeredKernelAlignment = defineMetric({
  name: 'centered-kernel-alignment',
  summary: 'Measure how alike items are arranged in different views (CKA).',
  reference: 'https://arxiv.org/abs/1905.00414',
  better: 'neither',
  options: z.object({ role: roleOption, original: originalOption }),
  async measure(encoded, options, { signal }) {
    signal.throwIfAborted();
    const { originals, altered, notes } = twoSetsOf(encoded, options, 'centered-kernel-alignment');
    const original = originals[0];
    if (original === undefined || altered.length === 0) return nothingToMeasure('kernel alignment needs an original and a view');
    const found = altered.map((view) => centeredKernelAlignmentOf(original, view));
    const problem = found.find(({ value }) => Number.isNaN(value));
    if (problem) return problem;
    const from = options.original === undefined ? 1 : 0;
    return {
      value: found.reduce((sum, { value }) => sum + value, 0) / found.length,
      n: found.reduce((sum, { n }) => sum + n, 0),
      parts: Object.fromEntries(found.map(({ value }, view) => [`view-${view + from}`, value])),
      notes,
    };
  },
});
