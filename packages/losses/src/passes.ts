import type { MatrixSpan } from '@viewforge/tensor';
import { type Comparison, fillLogits, placeOf } from './comparison.ts';
import { goesByKernels, goThroughByKernels } from './float-passes.ts';
import { ofLearningBlocks } from './learning-blocks.ts';
import { addKeys, addQueries } from './products.ts';
import type { LogitRow } from './row-rule.ts';

/** Sums of logit slopes times the rows on the other side: d(sum of values) / d(rows) times the temperature. */
export interface Sums {
  /** [n, d] */
  readonly queries: Float64Array;
  /** [k_b, d] for each block, undefined for frozen ones. */
  readonly keys: readonly (Float64Array | undefined)[];
}

/**
 * Looks at one query with a positive. In place: `row` goes from logits to slopes. It holds one number for each of `columns`,
 * for all k columns where that is undefined, and then for the extras; -Infinity where the query must not look.
 */
export type Visit = (query: number, row: LogitRow, columns: Int32Array | undefined) => void;

/** Looks at one query with a positive, of which `row` holds the logits of its shared keys; `own` is the part of it for its extras. */
export type Look = (query: number, row: LogitRow, own: LogitRow | undefined) => void;

/** Sums of zeros for a comparison. */
export function emptySums({ batch, queries, blocks }: Comparison): Sums {
  return {
    queries: new Float64Array(queries.data.length),
    keys: ofLearningBlocks(batch, (_, b) => new Float64Array(blocks[b]!.data.length)),
  };
}

/** Visits every query that has a positive, in order, and adds what its slopes say to `sums`; memory grows with n + k, never with n * k. */
export function goThrough(comparison: Comparison, visit: Visit, sums: Sums | undefined): void {
  const { excluded, queries } = comparison.batch;
  const few = excluded.kind === 'except' && excluded.columns.length < queries.shape[0]! * comparison.columns * sparse;
  if (few) goThroughFew(comparison, excluded, visit, sums);
  else if (goesByKernels(comparison)) goThroughByKernels(comparison, looking(comparison, visit, sums), sums);
  else goThroughAll(comparison, looking(comparison, visit, sums), sums);
}

/** Below this share of all comparisons it is cheaper to make each by itself than all in blocks. */
const sparse = 0.25;

/** Queries that are compared at a time: their logits over all keys are held together. */
const blockSize = 16;

function goThroughAll(comparison: Comparison, look: Look, sums: Sums | undefined): void {
  const { queries, blocks, starts, columns, extras, weights } = comparison;
  const width = columns + (extras?.s ?? 0);
  const logits = new Float64Array(Math.min(blockSize, queries.n) * width);
  for (let first = 0; first < queries.n; first += blockSize) {
    const span: MatrixSpan = { rows: queries, first, count: Math.min(blockSize, queries.n - first) };
    fillLogits(comparison, span, logits, width);
    for (let i = 0; i < span.count; i++) {
      const row = logits.subarray(i * width, (i + 1) * width);
      if (Number.isNaN(weights[first + i]!)) row.fill(0);
      else look(first + i, row, extras && row.subarray(columns));
    }
    if (sums === undefined) continue;
    blocks.forEach((keys, b) => {
      const block = { data: logits, at: starts[b]!, stride: width };
      addKeys(block, keys, sums.queries, span);
      const own = sums.keys[b];
      if (own) addQueries(block, span, own, keys.n);
    });
  }
}

interface Few {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
}

/** Where every query sees a few columns only: nothing is computed, or held, for the others. */
function goThroughFew(comparison: Comparison, { offsets, columns }: Few, visit: Visit, sums: Sums | undefined): void {
  const { queries, blocks, extras, weights, measure } = comparison;
  const longest = weights.reduce((most, _, query) => Math.max(most, offsets[query + 1]! - offsets[query]!), 0);
  const logits = new Float64Array(longest + (extras?.s ?? 0));
  for (let query = 0; query < queries.n; query++) {
    if (Number.isNaN(weights[query]!)) continue;
    const seen = columns.subarray(offsets[query]!, offsets[query + 1]!);
    const row = logits.subarray(0, seen.length + (extras?.s ?? 0));
    for (const [e, column] of seen.entries()) {
      const [block, key] = placeOf(comparison.starts, column);
      const isBroken = !Number.isFinite(queries.norms[query]!) || !Number.isFinite(blocks[block]!.norms[key]!);
      row[e] = isBroken ? Number.NaN : comparison.similarity(query, column) / measure.temperature;
    }
    looking(comparison, visit, sums, seen)(query, row, extras && row.subarray(seen.length));
    if (sums === undefined) continue;
    for (const [e, column] of seen.entries()) addSlope(comparison, query, column, row[e]!, sums);
  }
}

function looking({ extras }: Comparison, visit: Visit, sums: Sums | undefined, columns?: Int32Array): Look {
  return (query, row, own) => {
    if (own) extras!.fillLogits(query, own);
    visit(query, row, columns);
    if (own && sums) extras!.takeSlopes(query, own, sums.queries);
  };
}

function addSlope(comparison: Comparison, query: number, column: number, slope: number, sums: Sums): void {
  const { queries, blocks } = comparison;
  const { d } = queries;
  const [block, key] = placeOf(comparison.starts, column);
  const [from, into] = [blocks[block]!.data, sums.keys[block]];
  for (let e = 0, q = query * d, j = key * d; e < d; e++, q++, j++) {
    sums.queries[q] = sums.queries[q]! + slope * from[j]!;
    if (into) into[j] = into[j]! + slope * queries.data[q]!;
  }
}
