import type { LossReport } from '@viewforge/core';
import type { Comparison } from './comparison.ts';
import type { RowEntropy } from './row-entropy.ts';

/** Collects what the queries say. */
export interface Tally {
  take(query: number, found: RowEntropy): void;
  /** The mean over the queries taken; 0 when there is none. */
  report(): LossReport;
}

/** An empty tally of a comparison; queries that are never taken count as having no positive. */
export function createTally({ queries, blocks, options: { temperature } }: Comparison): Tally {
  const perQuery = new Float64Array(queries.n).fill(Number.NaN);
  const sum = { count: 0, value: 0, positive: 0, negative: 0, negatives: 0, top1: 0, top5: 0, entropy: 0 };
  return {
    take(query, { value, positive, negatives, entropy }) {
      perQuery[query] = value;
      sum.count++;
      sum.value += value;
      sum.positive += positive * temperature;
      sum.negative += negatives.sum * temperature;
      sum.negatives += negatives.count;
      sum.top1 += Number(negatives.ahead < 1);
      sum.top5 += Number(negatives.ahead < 5);
      sum.entropy += entropy;
    },
    report() {
      const { count } = sum;
      const zeroRows = [...new Set([queries, ...blocks])].reduce((total, { norms }) => total + zerosIn(norms), 0);
      return {
        value: count === 0 ? 0 : sum.value / count,
        perQuery,
        parts: {
          positive: sum.positive / count,
          negative: sum.negative / sum.negatives,
          top1: sum.top1 / count,
          top5: sum.top5 / count,
          entropy: sum.entropy / count,
          queries: count,
          zeroRows,
        },
      };
    },
  };
}

function zerosIn(norms: Float64Array): number {
  return norms.reduce((count, norm) => count + Number(norm === 0), 0);
}
