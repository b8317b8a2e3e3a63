import { defineMetric, integer } from '@viewforge/core';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite } from '../rows.ts';
import { mostOption, seedOption } from '../some-items.ts';
import { hardnessOf } from './hardness-statistics.ts';
import { viewsContrast } from './views-contrast.ts';

/**
 * How many of the hardest negatives are of the query's own class, and so are pushed away wrongly: the mean over views of the
 * share among the `hardest` views of other items, by cosine. In [0, 1]. Needs labels; views and negatives without one do not
 * count.
 *
 * `parts`: `topHundredth` (among the hardest hundredth, at least one), `all` (among all negatives: what blind choice would
 * give). `n` counts rows that have a positive and a negative. Rows of length 0 and items of the same id are left out. NaN
 * without labels, with fewer than two views or two items, or a number that is not finite. Throws ViewforgeError (NAME) for a
 * role that the plan lacks.
 */
export const falseNegatives = defineMetric({
  name: 'false-negatives',
  summary: 'Measure how many of the hardest negatives are of the same class.',
  better: 'lower',
  options: z.object({
    hardest: integer({ default: 1024, min: 1, unit: 'negatives', doc: 'So many negatives count as the hardest.' }),
    most: mostOption,
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { hardest, most, seed, role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'false-negatives');
    if (!areFinite(features)) return notFinite;
    const { batch, labels, ...contrast } = viewsContrast(encoded, features, { most, seed }, 'false-negatives');
    // the order of scores, and so the temperature, makes no difference here
    const found = hardnessOf({ batch, labels: { queries: labels, keys: labels } }, { temperature: 1, most: hardest });
    if (Number.isNaN(found.falseNegatives)) {
      return nothingToMeasure('false negatives need two views of an item with a label, and another item with one');
    }
    return {
      value: found.falseNegatives,
      n: found.n,
      parts: { topHundredth: found.topHundredthFalseNegatives, all: found.allFalseNegatives },
      notes: [...notes, ...found.notes, ...contrast.notes],
    };
  },
});
