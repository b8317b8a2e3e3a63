import { defineMetric, flag } from '@viewforge/core';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from './reports.ts';
import { featuresOf, roleOption } from './role.ts';
import { areFinite, stackViews } from './rows.ts';
import { spectrumOf } from './spectrum.ts';

/**
 * How many dimensions features really use: e^entropy of the shares of the singular values of all rows of the role, its views
 * one below the other. In [1, min(n, d)]; 1 when all features lie on one line.
 *
 * `parts`: `rankMe` (the same with 1e-7 added to each share), `covarianceRank`, `participationRatio`, `stableRank`, `decay` of
 * the eigenvalues (absent with fewer than 6 rows or dimensions), `conditionNumber` (absent where the smallest singular value is
 * 0), `largest` and `smallest` singular value, `most` (what the value can be at most). NaN without items, where all features
 * are 0 (all the same when `centered`) or a number is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const effectiveRank = defineMetric({
  name: 'effective-rank',
  summary: 'Measure how many dimensions features really use.',
  reference: 'https://arxiv.org/abs/2210.02885',
  better: 'higher',
  options: z.object({
    centered: flag({ default: false, doc: 'Take the mean row off first.' }),
    normalized: flag({ default: false, doc: 'Bring rows to length 1 first, before their mean is taken.' }),
    role: roleOption,
  }),
  async measure(encoded, { centered, normalized, role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'effective-rank');
    const { rows } = stackViews(features);
    const [n, d] = rows.shape as [number, number];
    if (n === 0 || d === 0) return nothingToMeasure('the effective rank needs an item');
    if (!areFinite(features)) return notFinite;
    const { singularValues, decay, conditionNumber, ...parts } = spectrumOf(rows, { centered, normalized });
    const { effectiveRank: value, ...others } = parts;
    const [largest, smallest, most] = [singularValues[0]!, singularValues.at(-1)!, singularValues.length];
    if (!(largest > 0)) return nothingToMeasure(centered ? 'features are all the same' : 'features are all 0');
    return {
      value,
      n,
      parts: { ...others, ...finite({ decay, conditionNumber }), largest, smallest, most },
      notes: [...notes, ...(n < d ? [`at most ${n}, the number of rows, which is below the width ${d}`] : [])],
    };
  },
});

/** Those of the numbers that are finite. */
function finite(numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));
}
