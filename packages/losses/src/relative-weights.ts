/** [n]; weights of queries or items relative to the largest, so that no sum of them overflows or vanishes; all 1 where there are none, all 0 where all are. */
export function relativeWeights(weights: Float64Array | undefined, n: number): Float64Array {
  if (weights === undefined) return new Float64Array(n).fill(1);
  const largest = largestOf(weights);
  return weights.map((weight) => (largest === 0 ? 0 : weight / largest));
}

/** The largest of some weights; 0 of none. */
export function largestOf(weights: Float64Array): number {
  return weights.reduce((most, each) => Math.max(most, each), 0);
}
