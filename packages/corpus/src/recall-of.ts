import type { BuiltIndex, Running, Vectors } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';

/** An index, exact search over the same rows, and what to ask both for. */
export interface RecallQuestion {
  readonly index: BuiltIndex;
  readonly exact: BuiltIndex;
  /** [n, d] */
  readonly queries: Features;
  readonly count: number;
}

/** The share, in [0, 1], of the `count` nearest rows of all queries that an index finds; NaN where there is nothing to find. */
export async function recallOf({ index, exact, queries, count }: RecallQuestion, running: Running): Promise<number> {
  const [found, nearest] = [await index.search(queries, count, running), await exact.search(queries, count, running)];
  let [hits, all] = [0, 0];
  for (let row = 0; row < queries.shape[0]!; row++) {
    const own = new Set(found.columns.subarray(row * count, row * count + found.counts[row]!));
    for (let i = 0; i < nearest.counts[row]!; i++) if (own.has(nearest.columns[row * count + i]!)) hits++;
    all += nearest.counts[row]!;
  }
  return hits / all;
}

/** Up to `most` rows at equal distances. */
export async function sampleRows(vectors: Vectors, most: number, running: Running): Promise<Features> {
  const { size, width } = vectors;
  const n = Math.min(most, size);
  const data = new Float32Array(n * width);
  for (let i = 0; i < n; i++) {
    data.set(values(await vectors.read(Math.floor((i * size) / n), 1, running)), i * width);
  }
  return features(data, n, width);
}
