import { type ContrastBatch, type LossGradients, type LossReport, ViewforgeError } from '@viewforge/core';
import { type Comparison, type ContrastOptions, fillLogits, openComparison } from './comparison.ts';
import { addKeys, addQueries, type Span } from './products.ts';
import { rowEntropy } from './row-entropy.ts';
import { rowsPullback } from './rows.ts';
import { createTally, type Tally } from './tally.ts';

/** Value and parts of InfoNCE; memory grows with n + k, never with n * k. */
export function measureContrast(batch: ContrastBatch, options: ContrastOptions): LossReport {
  const comparison = openComparison(batch, options);
  return goThrough(comparison, undefined).report();
}

/** Value, parts and the gradients of queries, keys and extras, in the element type of each. */
export function differentiateContrast(batch: ContrastBatch, options: ContrastOptions): LossGradients {
  const comparison = openComparison(batch, options);
  const { queries, blocks, extras } = comparison;
  const sums = {
    queries: new Float64Array(queries.data.length),
    keys: blocks.map(({ data }) => new Float64Array(data.length)),
  };
  const report = goThrough(comparison, sums).report();
  const { scale } = comparison;
  return {
    ...report,
    gradients: {
      queries: rowsPullback(queries, sums.queries, scale, batch.queries, options.similarity),
      keys: blocks.map((keys, b) => rowsPullback(keys, sums.keys[b]!, scale, batch.keys[b]!, options.similarity)),
      ...(extras && { extras: extras.gradient }),
    },
  };
}

/** Sums of logit slopes times the rows on the other side: d(sum of values) / d(rows) times the temperature. */
interface Sums {
  /** [n, d] */
  readonly queries: Float64Array;
  /** [k_b, d] for each block. */
  readonly keys: readonly Float64Array[];
}

/** Queries that are compared at a time: their logits over all keys are held together. */
const blockSize = 16;

function goThrough(comparison: Comparison, sums: Sums | undefined): Tally {
  const { queries, blocks, starts, width } = comparison;
  const tally = createTally(comparison);
  const logits = new Float64Array(Math.min(blockSize, queries.n) * width);
  for (let first = 0; first < queries.n; first += blockSize) {
    const span: Span = { rows: queries, first, count: Math.min(blockSize, queries.n - first) };
    fillLogits(comparison, span, logits);
    for (let i = 0; i < span.count; i++) {
      takeRow(comparison, tally, first + i, logits.subarray(i * width, (i + 1) * width), sums);
    }
    if (sums === undefined) continue;
    blocks.forEach((keys, b) => {
      const block = { data: logits, at: starts[b]!, stride: width };
      addKeys(block, keys, sums.queries, span);
      addQueries(block, span, sums.keys[b]!, keys.n);
    });
  }
  return tally;
}

/** In place: `row` goes from logits to slopes. */
function takeRow(comparison: Comparison, tally: Tally, query: number, row: Float64Array, sums: Sums | undefined): void {
  const { positives, options, extras, columns } = comparison;
  extras?.fillLogits(query, row.subarray(columns));
  if (positives[query]!.columns.length === 0) {
    row.fill(0);
    return;
  }
  const found = rowEntropy(row, positives[query]!, options.positives);
  if (!Number.isFinite(found.value)) {
    throw new ViewforgeError(
      'NOT_FINITE',
      options.where,
      `expected a finite term for query ${query}, got ${found.value}; look for NaN or very large numbers in its row and the rows it may see`,
    );
  }
  tally.take(query, found);
  if (sums !== undefined) extras?.takeSlopes(query, row.subarray(columns), sums.queries);
}
