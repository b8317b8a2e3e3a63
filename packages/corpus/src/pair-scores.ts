import type { NearestRows, Running, Vectors } from '@viewforge/core';
import { rowCosines } from '@viewforge/miners';
import { type Features, features, values } from '@viewforge/tensor';

/** The cosine of each query with its own row (-1: none), to the bit of a search. A pair whose rows hold NaN or an infinity is none. */
export async function pairScores(vectors: Vectors, queries: Features, rows: Int32Array, running: Running): Promise<NearestRows> {
  const [n, d] = queries.shape as [number, number];
  const data = new Float32Array(n * d);
  for (const [i, row] of rows.entries()) {
    if (row >= 0) data.set(values(await vectors.read(row, 1, running)), i * d);
  }
  const scores = rowCosines(queries, features(data, n, d));
  const columns = rows.slice();
  for (let i = 0; i < n; i++) {
    if (columns[i]! >= 0 && !Number.isNaN(scores[i])) continue;
    columns[i] = -1;
    scores[i] = Number.NEGATIVE_INFINITY;
  }
  return { columns, scores, counts: columns.map((column) => Number(column >= 0)), count: 1 };
}
