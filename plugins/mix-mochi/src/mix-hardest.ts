import { type ContrastBatch, countKeys } from '@viewforge/core';
import { mixUnitRows, withArena } from '@viewforge/kernels';
import { searchTop } from '@viewforge/miners';
import { smallestNorm } from '@viewforge/tensor';
import { addExtras } from './add-extras.ts';
import { exceptNegatives } from './except-negatives.ts';
import type { Mixtures, Synthesis } from './mixture.ts';
import { openSources } from './open-sources.ts';

/**
 * The batch with synthetic negatives behind its extras. For each query its negatives (what it sees and does not belong to) are ranked by
 * cosine, of equal ones the first column leads, and the hardest are mixed by `synthesis`. A query without a negative gets none; rows of
 * zeros are left out. No gradient flows through what is made.
 *
 * Rows are mixed in float32 by a kernel where queries and all keys are float32, in float64 otherwise. Throws ViewforgeError: SHAPE for keys
 * of another width, NOT_FINITE where a query or one of its hardest negatives holds NaN or an infinity.
 */
export function mixHardest(batch: ContrastBatch, synthesis: Synthesis, where: string): ContrastBatch {
  const { queries, keys } = batch;
  const [n, d] = queries.shape as [number, number];
  const { total: s } = synthesis;
  const most = Math.min(synthesis.count, countKeys(batch));
  const isFloat = [queries, ...keys].every(({ data }) => data instanceof Float32Array);
  const made = isFloat ? new Float32Array(n * s * d) : new Float64Array(n * s * d);
  if (n === 0 || most === 0) return addExtras(batch, { rows: made, s, without: () => true });
  const top = searchTop({ queries, keys, count: most, excluded: exceptNegatives(batch) });
  withArena(() => {
    const sources = openSources(batch, synthesis, { most, isFloat }, where);
    for (let query = 0; query < n; query++) {
      const available = top.counts[query]!;
      if (available === 0) continue;
      sources.open(query, top.columns.subarray(query * most, query * most + available));
      const { first, second, weights } = synthesis.mixtures(query, available);
      const placed = { first: first.map(sources.rowOf), second: second.map(sources.rowOf), weights };
      withArena(() => made.set(isFloat ? mixed(sources.rows, d, placed) : mixedExactly(sources.rows, d, placed), query * s * d));
    }
  });
  return addExtras(batch, { rows: made, s, without: (query) => top.counts[query] === 0 });
}

type Floats = Float32Array | Float64Array;

function mixed(rows: Floats, width: number, { first, second, weights }: Mixtures): Float32Array {
  const single = weights instanceof Float32Array ? weights : Float32Array.from(weights);
  return mixUnitRows({ rows: rows as Float32Array, width, first, second, weights: single });
}

/** What `mixUnitRows` does, in float64. */
function mixedExactly(rows: Floats, d: number, { first, second, weights }: Mixtures): Float64Array {
  const to = new Float64Array(weights.length * d);
  for (let r = 0; r < weights.length; r++) {
    const [a, b, weight] = [first[r]! * d, second[r]! * d, weights[r]!];
    let sum = 0;
    for (let i = 0; i < d; i++) {
      const value = rows[b + i]! + weight * (rows[a + i]! - rows[b + i]!);
      to[r * d + i] = value;
      sum += value * value;
    }
    const length = Math.max(Math.sqrt(sum), smallestNorm);
    for (let i = r * d; i < (r + 1) * d; i++) to[i] = to[i]! / length;
  }
  return to;
}
