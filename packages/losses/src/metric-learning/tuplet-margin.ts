import { defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import { logistic, softplus } from '../row-rule.ts';
import { logSum } from './log-sum.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import type { TableSettings } from './pair-table.ts';

/**
 * ln(1 + sum over negatives of e^(scale (cos t_n - cos(t_p - margin)))) of each positive pair, t being angles between rows, mean
 * over all positive pairs; the margin is in degrees. Extras are negatives.
 *
 * Gradients flow to queries, keys and extras, with respect to rows as given, none for rows of length <= 1e-12. The margin
 * has no direction to push in where a positive points exactly like the query or against it; its part of the gradient counts as 0
 * there. A positive whose query has no negatives counts as 0; without positives the value is 0. `perQuery` is empty. Terms count by `queryWeights`,
 * in counts by what these are relative to the largest.
 *
 * `parts`: `positive`, `negative` (mean cosine), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 *
 * Yu and Tao, Deep Metric Learning with Tuplet Margin Loss (2019).
 */
export const tupletMargin = defineLoss({
  name: 'tuplet-margin',
  summary: 'Compare each positive with all negatives, with a margin of angle (tuplet margin loss).',
  options: z.object({
    margin: number({
      default: 5.73,
      min: 0,
      max: 180,
      unit: 'degrees',
      doc: 'Taken off the angle of positives (beta); 5.73 is a tenth of a radian.',
    }),
    scale: number({
      default: 64,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines are multiplied by it before the softmax (s).',
    }),
  }),
  measure: (batch, options) => measurePairs(batch, settings, termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settings, termsOf(options)),
});

const settings: TableSettings = { where: 'tuplet-margin', distance: 'inner-product', rows: 'unit', visits: 'with-positives' };

function termsOf({ margin, scale }: { readonly margin: number; readonly scale: number }): OpenTerms {
  return () => {
    const total = { sum: 0, pairs: 0 };
    return {
      visit({ weight, apart, positives, negatives }, slopes) {
        // apart is minus the cosine
        const far = Float64Array.from(negatives, (column) => -scale * apart[column]!);
        const largest = logSum(far);
        let missed = 0;
        for (const column of positives) {
          const { cosine, slope } = turned(-apart[column]!, (margin * Math.PI) / 180);
          const gap = largest - scale * cosine;
          total.sum += weight * softplus(gap);
          missed += logistic(gap);
          slopes[column] = scale * logistic(gap) * slope;
        }
        for (const [q, column] of negatives.entries()) slopes[column] = -scale * missed * far[q]!;
        total.pairs += weight * positives.length;
      },
      finish() {
        const scale = total.pairs === 0 ? 0 : 1 / total.pairs;
        return { value: total.sum * scale, scale };
      },
    };
  };
}

/** cos(t - angle) from cos t, and its derivative by cos t. */
function turned(cosine: number, angle: number): { readonly cosine: number; readonly slope: number } {
  const [along, across] = [Math.cos(angle), Math.sin(angle)];
  const sine = Math.sqrt(Math.max(0, 1 - cosine * cosine));
  // nearer to 0 than rounding of unit rows can tell
  const slope = sine < 1e-7 ? along : along - (across * cosine) / sine;
  return { cosine: cosine * along + sine * across, slope };
}
