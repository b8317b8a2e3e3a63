import { type ContrastBatch, defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { logistic, softplus } from '../row-rule.ts';
import { logSum } from './log-sum.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import { fillApart, openTable, queryPoint, type TableSettings } from './pair-table.ts';
import { queryMean } from './query-mean.ts';

/**
 * ln(1 + sum over negatives of e^(scale a_n (s_n - margin)) * sum over positives of e^(-scale a_p (s_p - 1 + margin))) of each query, with
 * cosines s and a_n = relu(s_n + margin), a_p = relu(1 + margin - s_p): each pair moves the faster, the farther it is from its optimum.
 * The weights a are held constant, as in the paper: no gradient flows through them. Extras are negatives.
 *
 * The value is the mean, by `queryWeights`, over queries with a positive, which `perQuery` tells; a query without negatives
 * counts as 0. Gradients flow to queries, keys and extras, with respect to rows as given, none for rows of length <= 1e-12.
 *
 * `parts`: `positive`, `negative` (mean cosine), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 */
export const circle = defineLoss({
  name: 'circle',
  summary: 'Move each pair the faster, the farther it is from its optimum (circle loss).',
  reference: 'https://arxiv.org/abs/2002.10857',
  options: z.object({
    margin: number({
      default: 0.4,
      min: -1,
      max: 1,
      unit: 'cosine',
      doc: 'How relaxed the optima are (m); 0.25 for faces, 0.4 for fine-grained retrieval.',
    }),
    scale: number({
      default: 80,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'How much harder pairs outweigh others (gamma); 256 for faces.',
    }),
  }),
  measure: (batch, options) => measurePairs(batch, settings, termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settings, termsOf(options)),
  measureHeld: (batch, at, options) => measurePairs(batch, settings, termsOf(options, at)),
});

const settings: TableSettings = { where: 'circle', distance: 'inner-product', rows: 'unit', visits: 'with-positives' };

interface Options {
  readonly margin: number;
  readonly scale: number;
}

/** The weights are those of the batch, or of another that is given. */
function termsOf({ margin, scale }: Options, at?: ContrastBatch): OpenTerms {
  return (table, sums) => {
    const held = at === undefined ? undefined : openTable(at, settings);
    const open = queryMean(({ index, apart, positives, negatives }, slopes) => {
      if (negatives.length === 0) return 0;
      const weighing = held === undefined ? apart : new Float64Array(apart.length);
      if (held !== undefined) fillApart(held, queryPoint(held, index), index, weighing);
      // apart is minus the cosine
      const pulls = positives.map((column) => scale * Math.max(0, 1 + margin + weighing[column]!));
      const pushes = negatives.map((column) => scale * Math.max(0, margin - weighing[column]!));
      const near = Float64Array.from(positives, (column, p) => pulls[p]! * (apart[column]! + 1 - margin));
      const far = Float64Array.from(negatives, (column, q) => -pushes[q]! * (apart[column]! + margin));
      const both = logSum(near) + logSum(far);
      const share = logistic(both);
      for (const [p, column] of positives.entries()) slopes[column] = share * near[p]! * pulls[p]!;
      for (const [q, column] of negatives.entries()) slopes[column] = -share * far[q]! * pushes[q]!;
      return softplus(both);
    });
    return open(table, sums);
  };
}
