import { type ContrastBatch, countKeys, eachExcluded } from '@viewforge/core';
import { dotProducts, type MatrixSpan } from '@viewforge/tensor';
import { checkBatch } from './check-batch.ts';
import { type ExtraRows, openExtras } from './extra-rows.ts';
import { type Positives, positivesOf } from './positives.ts';
import { relativeWeights } from './relative-weights.ts';
import { type Rows, rowsOf, type Similarity } from './rows.ts';

/** What similarities become logits by, and the mean of queries a value. */
export interface Measure {
  /** Above 0: logits are similarities divided by it. */
  readonly temperature: number;
  readonly similarity: Similarity;
  /** What value and gradients are multiplied by; 1 when left out. */
  readonly factor?: number;
  /** Queries without a positive count in the mean, with the value 0; they do not when left out. */
  readonly countsAll?: boolean;
}

/** A batch made ready: rows in float64 and of length 1, positives by query. */
export interface Comparison {
  readonly batch: ContrastBatch;
  readonly measure: Measure;
  readonly queries: Rows;
  readonly blocks: readonly Rows[];
  /** The first column of each block. */
  readonly starts: readonly number[];
  /** Number of shared keys k. */
  readonly columns: number;
  readonly extras: ExtraRows | undefined;
  /** Of a query and the key of a column; 0 where one holds something that is no finite number. */
  similarity(query: number, column: number): number;
  /** Of a query; none where it has no target that it may see. */
  positives(query: number): Positives;
  /** [n]; how much each query counts in the mean, 1 for those that count most; NaN where a query has no positive. */
  readonly weights: Float64Array;
  /** Sum of the weights that the mean is taken by. */
  readonly weight: number;
  /** From sums of weighted slopes to gradients of the value. */
  readonly scale: number;
}

/** Makes a batch ready. Throws ViewforgeError (SHAPE) when its parts do not fit; `where` is the loss. */
export function openComparison(batch: ContrastBatch, measure: Measure, where: string): Comparison {
  checkBatch(batch, where);
  const queries = rowsOf(batch.queries, measure.similarity);
  // a batch that compares rows with themselves needs them once
  const blocks = batch.keys.map((block) => (block === batch.queries ? queries : rowsOf(block, measure.similarity)));
  const starts = blocks.map((_, b) => blocks.slice(0, b).reduce((sum, { n }) => sum + n, 0));
  const positives = positivesOf(batch);
  const { weights, weight } = weighQueries(batch, measure, positives);
  const scale = weight === 0 ? 0 : (measure.factor ?? 1) / (weight * measure.temperature);
  const extras = batch.extras && openExtras(batch.extras, queries, { ...measure, scale });
  const similarity = (query: number, column: number): number => {
    const [block, row] = placeOf(starts, column);
    return dot(queries, query, blocks[block]!, row);
  };
  const columns = countKeys(batch);
  return { batch, measure, queries, blocks, starts, columns, extras, similarity, positives, weights, weight, scale };
}

/** Where a column is, among blocks that start at these columns: its block, and its row there. */
export function placeOf(starts: readonly number[], column: number): readonly [block: number, row: number] {
  let block = starts.length - 1;
  while (starts[block]! > column) block--;
  return [block, column - starts[block]!];
}

/**
 * In place: logits over the shared keys, one row of `width` for each query of the span; -Infinity for excluded columns,
 * NaN where a row that may be seen holds something that is no finite number.
 */
export function fillLogits(comparison: Comparison, span: MatrixSpan, logits: Float64Array, width: number): void {
  const { batch, queries, blocks, starts, columns, measure } = comparison;
  blocks.forEach((keys, b) => {
    dotProducts(span, keys, 1 / measure.temperature, { data: logits, at: starts[b]!, stride: width });
    for (const row of keys.broken) for (let i = 0; i < span.count; i++) logits[i * width + starts[b]! + row] = Number.NaN;
  });
  for (let i = 0; i < span.count; i++) {
    const from = i * width;
    if (queries.broken.includes(span.first + i)) logits.fill(Number.NaN, from, from + columns);
    eachExcluded(batch, span.first + i, (column) => {
      logits[from + column] = Number.NEGATIVE_INFINITY;
    });
  }
}

/** What each query counts, and the sum of it: relative to the largest weight, so that the sum cannot overflow; NaN where a query has no positive. */
export function weighQueries(
  { queries, queryWeights }: ContrastBatch,
  { countsAll = false }: Measure,
  positives: (query: number) => Positives,
): { weights: Float64Array; weight: number } {
  let weight = 0;
  const weights = relativeWeights(queryWeights, queries.shape[0]!).map((own, query) => {
    const isCounted = positives(query).columns.length > 0;
    if (isCounted || countsAll) weight += own;
    return isCounted ? own : Number.NaN;
  });
  return { weights, weight };
}

function dot({ data: a, d }: Rows, row: number, { data: b }: Rows, other: number): number {
  let sum = 0;
  for (let e = 0, i = row * d, j = other * d; e < d; e++, i++, j++) sum += a[i]! * b[j]!;
  return sum;
}
