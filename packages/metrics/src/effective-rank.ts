import { defineMetric, flag } from '@viewforge/core';
import { tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { areFinite, featuresOf, nothingToMeasure, notFinite, roleOption } from './role.ts';
import { spectrumOf } from './spectrum.ts';

/**
 * How many dimensions features really use: e^entropy of the shares of the singular values of all rows of the role, its views
 * one below the other. In [1, min(n, d)]; 1 when all features lie on one line.
 *
 * `parts`: `rankMe` (the same with 1e-7 added to each share), `participationRatio`, `stableRank`, `largest` and `smallest`
 * singular value, `most` (what the value can be at most). NaN without items, where all features are 0 (all the same when
 * `centered`) or a number is not finite.
 * Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const effectiveRank = defineMetric({
  name: 'effective-rank',
  summary: 'Measure how many dimensions features really use.',
  reference: 'https://arxiv.org/abs/2210.02885',
  better: 'higher',
  options: z.object({
    centered: flag({ default: false, doc: 'Take the mean row off first.' }),
    role: roleOption,
  }),
  async measure(encoded, { centered, role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'effective-rank');
    const n = features.reduce((sum, { shape }) => sum + shape[0]!, 0);
    const d = features[0]?.shape[1] ?? 0;
    if (n === 0 || d === 0) return nothingToMeasure('the effective rank needs an item');
    if (!areFinite(features)) return notFinite;
    const rows = new Float64Array(n * d);
    for (const [view, each] of features.entries()) rows.set(values(each), view * each.shape[0]! * d);
    const { singularValues, ...parts } = spectrumOf(tensor(rows, [n, d]), { centered });
    const { effectiveRank: value, ...others } = parts;
    const [largest, smallest, most] = [singularValues[0]!, singularValues.at(-1)!, singularValues.length];
    if (!(largest > 0)) return nothingToMeasure(centered ? 'features are all the same' : 'features are all 0');
    return {
      value,
      n,
      parts: { ...others, largest, smallest, most },
      notes: [...notes, ...(n < d ? [`at most ${n}, the number of rows, which is below the width ${d}`] : [])],
    };
  },
});
