import type { BatchGradients, ContrastBatch } from '@viewforge/core';
import { type Tensor, tensor, values, zeros } from '@viewforge/tensor';

/** Rows made for each query, of length 1. */
export interface MadeRows {
  /** Row-major [n, s, d]. May be changed. */
  readonly rows: Float32Array | Float64Array;
  /** Queries that got none, having no negatives: theirs do not count. */
  readonly without: (query: number) => boolean;
  readonly s: number;
}

/**
 * The batch with these rows behind the extras it has. Rows of zeros, which have no direction, are left out: the counts say how many of
 * the s rows each query has more.
 */
export function addExtras(batch: ContrastBatch, made: MadeRows): ContrastBatch {
  const [n, d] = batch.queries.shape as [number, number];
  const counts = Int32Array.from({ length: n }, (_, query) => (made.without(query) ? 0 : squeeze(made, query, d)));
  const own = tensor(made.rows, [n, made.s, d]);
  const { extras } = batch;
  if (extras === undefined) return { ...batch, extras: { values: own, counts } };
  const before = extras.values.shape[1]!;
  const all = zeros([n, before + made.s, d], own);
  const [from, to] = [values(extras.values), values(all)];
  const sums = counts.map((count, query) => {
    const given = extras.counts[query]!;
    const at = query * (before + made.s) * d;
    to.set(from.subarray(query * before * d, (query * before + given) * d), at);
    to.set(made.rows.subarray(query * made.s * d, (query * made.s + count) * d), at + given * d);
    return given + count;
  });
  return { ...batch, extras: { values: all, counts: sums } };
}

/** Gradients of the batch that came in: what was made holds its sources constant, so that the rows added take theirs with them. */
export function pullExtras(batch: ContrastBatch, gradients: BatchGradients): BatchGradients {
  const { extras, ...rest } = gradients;
  if (extras === undefined || batch.extras === undefined) return rest;
  return { ...rest, extras: firstRows(extras, batch.extras.values.shape[1]!, batch.extras.counts) };
}

function firstRows(extras: Tensor, s: number, counts: Int32Array): Tensor {
  const [n, all, d] = extras.shape as [number, number, number];
  const first = zeros([n, s, d], extras);
  const [from, to] = [values(extras), values(first)];
  for (let query = 0; query < n; query++) {
    to.set(from.subarray(query * all * d, (query * all + counts[query]!) * d), query * s * d);
  }
  return first;
}

/** In place: rows of zeros of one query make room for those after them; how many rows are left. */
function squeeze({ rows, s }: MadeRows, query: number, d: number): number {
  let left = 0;
  for (let r = 0; r < s; r++) {
    const at = (query * s + r) * d;
    if (isZero(rows, at, d)) continue;
    if (left < r) rows.copyWithin((query * s + left) * d, at, at + d);
    left++;
  }
  return left;
}

function isZero(rows: Float32Array | Float64Array, at: number, d: number): boolean {
  for (let i = at; i < at + d; i++) if (rows[i] !== 0) return false;
  return true;
}
