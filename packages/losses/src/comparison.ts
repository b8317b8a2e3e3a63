import { type ContrastBatch, countKeys, eachExcluded } from '@viewforge/core';
import { checkBatch } from './check-batch.ts';
import { type ExtraRows, openExtras } from './extra-rows.ts';
import { type Positives, positivesOf } from './positives.ts';
import { dotProducts, type Span } from './products.ts';
import type { Together } from './row-entropy.ts';
import { type Rows, rowsOf, type Similarity } from './rows.ts';

/** What InfoNCE and NT-Xent differ in. */
export interface ContrastOptions {
  /** Above 0. */
  readonly temperature: number;
  readonly similarity: Similarity;
  readonly positives: Together;
  /** Name of the loss, for errors. */
  readonly where: string;
}

/** A batch made ready: rows in float64 and of length 1, positives by query. */
export interface Comparison {
  readonly batch: ContrastBatch;
  readonly options: ContrastOptions;
  readonly queries: Rows;
  readonly blocks: readonly Rows[];
  /** The first column of each block. */
  readonly starts: readonly number[];
  /** Number of shared keys k. */
  readonly columns: number;
  /** k + s */
  readonly width: number;
  readonly extras: ExtraRows | undefined;
  /** Of each query. */
  readonly positives: readonly Positives[];
  /** 1 / (queries with a positive * temperature): from sums of slopes to gradients of the mean. */
  readonly scale: number;
}

/** Makes a batch ready. Throws ViewforgeError (SHAPE) when its parts do not fit. */
export function openComparison(batch: ContrastBatch, options: ContrastOptions): Comparison {
  checkBatch(batch, options.where);
  const queries = rowsOf(batch.queries, options.similarity);
  // a batch that compares rows with themselves needs them once
  const blocks = batch.keys.map((block) => (block === batch.queries ? queries : rowsOf(block, options.similarity)));
  const starts = blocks.map((_, b) => blocks.slice(0, b).reduce((sum, { n }) => sum + n, 0));
  const positives = Array.from({ length: queries.n }, (_, row) => row).map(positivesOf(batch));
  const counted = positives.filter(({ columns }) => columns.length > 0).length;
  const scale = 1 / (Math.max(1, counted) * options.temperature);
  const columns = countKeys(batch);
  const extras = batch.extras && openExtras(batch.extras, queries, { ...options, scale });
  return { batch, options, queries, blocks, starts, columns, width: columns + (extras?.s ?? 0), extras, positives, scale };
}

/**
 * In place: logits over the shared keys, one row of `width` for each query of the span; -Infinity for excluded columns,
 * NaN where a row that may be seen holds something that is no finite number.
 */
export function fillLogits(comparison: Comparison, span: Span, logits: Float64Array): void {
  const { batch, queries, blocks, starts, width, columns, options } = comparison;
  blocks.forEach((keys, b) => {
    dotProducts(span, keys, 1 / options.temperature, { data: logits, at: starts[b]!, stride: width });
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
