import { type Features, values } from '@viewforge/tensor';

/**
 * In place: `out` becomes the dot products of row `row` of `queries` [n, d] with every row of the blocks [k_b, d], in order,
 * summed in float64: the cosines where rows are of length 1.
 */
export function fillDots(queries: Features, row: number, blocks: readonly Features[], out: Float64Array): void {
  const d = queries.shape[1]!;
  const query = values(queries).subarray(row * d, (row + 1) * d);
  let at = 0;
  for (const block of blocks) {
    fillBlock(query, values(block), block.shape[0]!, out, at);
    at += block.shape[0]!;
  }
}

// Four keys at a time: each number of the query that is fetched serves several products.
function fillBlock(
  query: Float32Array | Float64Array,
  keys: Float32Array | Float64Array,
  count: number,
  out: Float64Array,
  at: number,
): void {
  const d = query.length;
  for (let j = 0; j < count; j += 4) {
    // beyond the last key the last one is computed again, which is cheaper than code of its own
    const [k0, k1, k2, k3] = [j, Math.min(j + 1, count - 1), Math.min(j + 2, count - 1), Math.min(j + 3, count - 1)];
    const [p1, p2, p3] = [(k1 - k0) * d, (k2 - k0) * d, (k3 - k0) * d];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let e = 0, p = k0 * d; e < d; e++, p++) {
      const x = query[e]!;
      s0 += x * keys[p]!;
      s1 += x * keys[p + p1]!;
      s2 += x * keys[p + p2]!;
      s3 += x * keys[p + p3]!;
    }
    out[at + k3] = s3;
    out[at + k2] = s2;
    out[at + k1] = s1;
    out[at + k0] = s0;
  }
}
