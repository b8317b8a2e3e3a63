import { defineMetric, integer, number } from '@viewforge/core';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite } from '../rows.ts';
import { mostOption, seedOption } from '../some-items.ts';
import { hardnessOf } from './hardness-statistics.ts';
import { viewsContrast } from './views-contrast.ts';

/**
 * How many views of other items are scored no lower than the item's own other views: the mean share of negatives at or above a
 * positive, by cosine; a tie, to 1e-12, counts. In [0, 1]; 0 where every view finds its own, 1 for collapsed features.
 *
 * `parts`: `topMass`, `topHundredthMass`, `negativeMass` (share of the softmax over positives and negatives that the
 * `hardest` negatives, their hardest hundredth, and all of them have), `effectiveNegatives` (e^entropy of the softmax over
 * negatives). `n` counts rows. Rows of length 0 and items of the same id are left out. NaN with fewer than two views or two
 * items, or a number that is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const hardness = defineMetric({
  name: 'hardness',
  summary: 'Measure how hard the views of other items are as negatives.',
  better: 'neither',
  options: z.object({
    temperature: number({
      default: 0.2,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines are divided by it before the softmax.',
    }),
    hardest: integer({ default: 1024, min: 1, unit: 'negatives', doc: 'So many negatives count as the hardest.' }),
    most: mostOption,
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { temperature, hardest, most, seed, role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'hardness');
    if (!areFinite(features)) return notFinite;
    const contrast = viewsContrast(encoded, features, { most, seed }, 'hardness');
    const found = hardnessOf({ batch: contrast.batch }, { temperature, most: hardest });
    if (found.n === 0) return nothingToMeasure('hardness needs two views of an item, and another item');
    return {
      value: found.rankShare,
      n: found.n,
      parts: {
        topMass: found.topMass,
        topHundredthMass: found.topHundredthMass,
        negativeMass: found.negativeMass,
        effectiveNegatives: found.effectiveNegatives,
      },
      notes: [...notes, ...found.notes.filter((note) => !note.includes('class')), ...contrast.notes],
    };
  },
});
