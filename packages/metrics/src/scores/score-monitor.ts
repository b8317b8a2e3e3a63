import { defineMetric, number } from '@viewforge/core';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite } from '../rows.ts';
import { mostOption, seedOption } from '../some-items.ts';
import { type ScoreSpread, scoreStatisticsOf } from './score-statistics.ts';
import { viewsContrast } from './views-contrast.ts';

/**
 * By how much an item's other views are scored above the closest view of another item: the mean over positive pairs of the
 * cosine less the largest cosine of a negative. In [-2, 2]; below 0 where negatives win. Positives are the other views of the
 * item, negatives all views of other items; items of the same id are neither.
 *
 * `parts`: for `positive` and `negative` each, `…Mean`, `…Variance` (over all positives; unbiased over a query's negatives,
 * then averaged), `…Exponential` (mean of e^(cosine / temperature)), and `…-5`, `…-25`, `…-50`, `…-75`, `…-95`, the scores
 * below which that many percent lie, to 0.0002. `n` counts rows. Rows of length 0 are left out. NaN with fewer than two views or
 * two items, or a number that is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const scoreMonitor = defineMetric({
  name: 'score-monitor',
  summary: 'Watch how views of an item and views of others are scored.',
  reference: 'https://arxiv.org/abs/2108.02982',
  better: 'higher',
  options: z.object({
    temperature: number({ default: 0.2, min: 0.005, unit: 'none', doc: 'Cosines are divided by it before e is raised to them.' }),
    most: mostOption,
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { temperature, most, seed, role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'score-monitor');
    if (!areFinite(features)) return notFinite;
    const contrast = viewsContrast(encoded, features, { most, seed }, 'score-monitor');
    const { positive, negative, margin, n, notes: found } = scoreStatisticsOf(contrast.batch, { temperature });
    if (Number.isNaN(margin)) return nothingToMeasure('scores need two views of an item, and another item');
    return {
      value: margin,
      n,
      parts: { ...named('positive', positive), ...named('negative', negative) },
      notes: [...notes, ...found, ...contrast.notes],
    };
  },
});

function named(kind: string, { mean, variance, exponential, histogram }: ScoreSpread): Record<string, number> {
  const quantiles = [5, 25, 50, 75, 95].map((percent) => [`${kind}-${percent}`, histogram.quantile(percent / 100)] as const);
  return {
    [`${kind}Mean`]: mean,
    [`${kind}Variance`]: variance,
    [`${kind}Exponential`]: exponential,
    ...Object.fromEntries(quantiles),
  };
}
