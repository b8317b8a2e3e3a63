import { type Features, features, values } from '@viewforge/tensor';

/** Sets of rows of one width d, one below the other: [n, d] in float64. */
export function stackRows(sets: readonly Features[]): Features {
  const d = sets[0]?.shape[1] ?? 0;
  const n = sets.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const rows = new Float64Array(n * d);
  let at = 0;
  for (const set of sets) {
    rows.set(values(set), at);
    at += set.shape[0]! * d;
  }
  return features(rows, n, d);
}
