import type { LossReport } from '@viewforge/core';
import type { Measure } from './comparison.ts';
import type { RowReport, SeenRow } from './row-rule.ts';

/** Collects what the queries say. */
export interface Tally {
  take(report: RowReport, seen: SeenRow): void;
  /** The weighted mean over the queries taken; 0 when there is none. */
  report(): LossReport;
}

/** What a tally needs of a comparison. */
export interface Tallied {
  readonly queries: { readonly n: number; readonly norms: Float64Array };
  readonly blocks: readonly { readonly norms: Float64Array }[];
  readonly weights: Float64Array;
  readonly weight: number;
  readonly measure: Measure;
}

/** An empty tally of a comparison; queries that are never taken count as having no positive. */
export function createTally({ queries, blocks, weights, weight, measure }: Tallied): Tally {
  const { temperature, factor = 1 } = measure;
  const perQuery = new Float64Array(queries.n).fill(Number.NaN);
  const sum = { count: 0, weight: 0, value: 0, positive: 0, negative: 0, negatives: 0, top1: 0, top5: 0 };
  const said: Record<string, number> = {};
  return {
    take({ value, parts = {} }, { query, positives, negatives }) {
      const own = weights[query]!;
      perQuery[query] = value * factor;
      sum.count++;
      sum.weight += own;
      sum.value += own * value * factor;
      const { logits, weights: shares } = positives;
      for (let p = 0; p < logits.length; p++) sum.positive += own * temperature * shares[p]! * logits[p]!;
      sum.negative += own * temperature * negatives.sum;
      sum.negatives += own * negatives.count;
      sum.top1 += own * Number(negatives.ahead < 1);
      sum.top5 += own * Number(negatives.ahead < 5);
      for (const name in parts) said[name] = (said[name] ?? 0) + own * parts[name]!;
    },
    report() {
      const zeroRows = [...new Set([queries, ...blocks])].reduce((total, { norms }) => total + zerosIn(norms), 0);
      return {
        value: weight === 0 ? 0 : sum.value / weight,
        perQuery,
        parts: {
          positive: sum.positive / sum.weight,
          negative: sum.negative / sum.negatives,
          negatives: sum.negatives / sum.weight,
          top1: sum.top1 / sum.weight,
          top5: sum.top5 / sum.weight,
          ...Object.fromEntries(Object.entries(said).map(([name, total]) => [name, total / sum.weight])),
          queries: sum.count,
          zeroRows,
        },
      };
    },
  };
}

function zerosIn(norms: Float64Array): number {
  return norms.reduce((count, norm) => count + Number(norm === 0), 0);
}
