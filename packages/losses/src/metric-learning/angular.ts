import { choice, defineLoss, number } from '@viewforge/core';
import { z } from 'zod';
import type { Query } from './each-query.ts';
import { logSum } from './log-sum.ts';
import { differentiatePairs, measurePairs, type OpenTerms } from './pair-loss.ts';
import { fillApart, keyPoint, type PairTable, pullApart, type Sums, type TableSettings } from './pair-table.ts';

/**
 * ln(1 + sum over negatives of e^(4 t (q + p) . n - 2 (1 + t) q . p)) of each positive pair of rows of length 1, t = tan(angle)^2, mean over all
 * positive pairs: it bounds the angle at the negative in the triangle that the three rows make. Extras are negatives.
 *
 * Gradients flow to queries, keys and extras, with respect to rows as given, none for rows of length <= 1e-12. A positive
 * whose query has no negatives counts as 0; without positives the value is 0. `perQuery` is empty. Terms count by `queryWeights`,
 * in counts by what these are relative to the largest.
 *
 * `parts`: `positive`, `negative` (mean cosine), `positivePairs`, `negativePairs`, `queries`, `zeroRows`. Throws ViewforgeError: SHAPE, NOT_FINITE.
 */
export const angular = defineLoss({
  name: 'angular',
  summary: 'Bound the angle at the negative of each triangle of rows (angular loss).',
  reference: 'https://arxiv.org/abs/1708.01682',
  options: z.object({
    angle: number({ default: 40, min: 0, max: 90, open: 'both', unit: 'degrees', doc: 'Largest angle at the negative (alpha).' }),
    negatives: choice(['unit', 'raw'], {
      default: 'unit',
      doc: 'Bring negatives to length 1 as well, or take them as given, which pytorch-metric-learning does.',
    }),
  }),
  measure: (batch, options) => measurePairs(batch, settings, termsOf(options)),
  differentiate: (batch, options) => differentiatePairs(batch, settings, termsOf(options)),
});

const settings: TableSettings = { where: 'angular', distance: 'inner-product', rows: 'unit', visits: 'with-positives' };

function termsOf({ angle, negatives }: { readonly angle: number; readonly negatives: 'unit' | 'raw' }): OpenTerms {
  const tangent = Math.tan((angle * Math.PI) / 180) ** 2;
  return (table, sums) => {
    const total = { sum: 0, pairs: 0 };
    const width = table.columns + table.s;
    const other = { apart: new Float64Array(width), slopes: new Float64Array(width) };
    return {
      visit(query, slopes) {
        const lengths = negatives === 'unit' ? query.negatives.map(() => 1) : lengthsOf(table, query);
        for (const positive of query.positives) {
          const point = keyPoint(table, positive, sums);
          fillApart(table, point, query.index, other.apart);
          // apart is minus the cosine
          const own = 2 * (1 + tangent) * query.apart[positive]!;
          const cosines = query.negatives.map((column) => -query.apart[column]! - other.apart[column]!);
          const shares = Float64Array.from(cosines, (cosine, q) => 4 * tangent * lengths[q]! * cosine + own);
          total.sum += query.weight * logSum(shares, 0);
          total.pairs += query.weight;
          if (sums === undefined) continue;
          other.slopes.fill(0);
          for (const [q, column] of query.negatives.entries()) {
            const push = 4 * tangent * shares[q]!;
            other.slopes[column] = -push * lengths[q]!;
            slopes[column] = slopes[column]! - push * lengths[q]!;
            slopes[positive] = slopes[positive]! + 2 * (1 + tangent) * shares[q]!;
            if (negatives === 'raw') addLength(table, query, column, push * cosines[q]!, sums);
          }
          pullApart(table, point, query, other, sums);
        }
      },
      finish() {
        const scale = total.pairs === 0 ? 0 : 1 / total.pairs;
        return { value: total.sum * scale, scale };
      },
    };
  };
}

/** The lengths that the negatives of a query had; 0 for zero rows. */
function lengthsOf({ blocks, starts, columns, extras, s }: PairTable, { index, negatives }: Query): number[] {
  return negatives.map((column) => {
    if (column >= columns) return extras!.norms[index * s + column - columns]!;
    const b = starts.findLastIndex((start) => start <= column);
    return blocks[b]!.norms[column - starts[b]!]!;
  });
}

/** In place: a slope with respect to the length of a negative. */
function addLength({ columns, s }: PairTable, { index, weight }: Query, column: number, slope: number, { lengths }: Sums): void {
  const at = column < columns ? column : column + index * s;
  lengths[at] = lengths[at]! + weight * slope;
}
