import { defineMetric } from '@viewforge/core';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { roleOption } from '../role.ts';
import { areFinite, countZeroRows } from '../rows.ts';
import { pairedCosineOf } from '../samples/paired-cosine.ts';
import { originalOption, twoSetsOf } from '../samples/two-sets.ts';

/**
 * How strongly views differ from their items in the eyes of the encoder: the mean over items and views of 1 - cosine between the
 * features of a view and of view 0 of the originals. In [0, 2]; 0 where the encoder sees no change.
 *
 * `parts`: one `view-i` for each view compared. `n` counts pairs; those with a row of length 0 are left out. NaN without a
 * second view, without items, or for a number that is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const viewStrength = defineMetric({
  name: 'view-strength',
  summary: 'Measure how far views are from the unaltered item.',
  better: 'neither',
  options: z.object({ role: roleOption, original: originalOption }),
  async measure(encoded, options, { signal }) {
    signal.throwIfAborted();
    const { originals, altered, notes } = twoSetsOf(encoded, options, 'view-strength');
    const original = originals[0];
    if (original === undefined || altered.length === 0) return nothingToMeasure('view strength needs an original and a view');
    if (!areFinite([original, ...altered])) return notFinite;
    const found = altered.map((view) => pairedCosineOf(original, view));
    const n = found.reduce((sum, each) => sum + each.n, 0);
    if (n === 0) return nothingToMeasure('view strength needs an item whose features are not 0');
    const from = options.original === undefined ? 1 : 0;
    return {
      value: found.reduce((sum, each) => sum + (each.n === 0 ? 0 : (1 - each.value) * each.n), 0) / n,
      n,
      parts: Object.fromEntries(found.map((each, view) => [`view-${view + from}`, 1 - each.value])),
      notes: [...notes, ...zeroNotes(countZeroRows([original, ...altered]))],
    };
  },
});
