import type { ContrastBatch } from '@viewforge/core';
import { countKeys } from '@viewforge/core';
import { type Features, tensor } from '@viewforge/tensor';
import { distancesOf } from './distances.ts';
import { type Sides, sidesOf } from './sides.ts';

/** Between which distances of unit rows, in [0, 2], negatives are weighted by how rare their distance is. */
export interface DistanceWindow {
  /** Nearer negatives weigh as much as those at this distance, which keeps noise from deciding. */
  readonly nearest: number;
  /** Negatives at this distance or beyond weigh nothing. */
  readonly farthest: number;
}

/**
 * How likely each negative of each query should be drawn, [n, k] in float64: the inverse of the density of distances between points that are
 * spread evenly over the sphere, t^(2 - d) (1 - t^2 / 4)^((3 - d) / 2) for t = max(distance, nearest). A row sums to 1, or to 0 where no negative
 * weighs anything. Weights are relative to the largest of their row, so that they neither vanish nor overflow for hundreds of features.
 * Rows at distance 2, where the density is 0, weigh nothing. Throws like `distanceWeighted`.
 */
export function distanceWeights(batch: ContrastBatch, window: DistanceWindow): Features {
  const weights = weightsOf(batch, window, 'distance-weights');
  const [n, k] = [batch.queries.shape[0]!, countKeys(batch)];
  const all = new Float64Array(n * k);
  const sides = sidesOf(batch);
  for (let row = 0; row < n; row++) {
    const found = sides(row);
    weights(row, found).forEach((weight, e) => {
      all[row * k + found.negatives[e]!] = weight;
    });
  }
  return tensor(all, [n, k]);
}

/** Gives the weights of a query's negatives in their order, as `distanceWeights` has them. */
export function weightsOf(
  batch: ContrastBatch,
  { nearest, farthest }: DistanceWindow,
  where: string,
): (row: number, sides: Sides) => Float64Array {
  const distances = distancesOf(batch, { distance: 'euclidean', rows: 'unit' }, where);
  const d = batch.queries.shape[1]!;
  return (row, { negatives }) => {
    const away = distances(row);
    const logs = Float64Array.from(negatives, (column) => {
      const t = Math.max(away[column]!, nearest);
      const log = (2 - d) * Math.log(t) - ((d - 3) / 2) * Math.log(1 - 0.25 * t * t);
      return away[column]! < farthest && Number.isFinite(log) ? log : Number.NEGATIVE_INFINITY;
    });
    const most = logs.reduce((largest, log) => Math.max(largest, log), Number.NEGATIVE_INFINITY);
    if (most === Number.NEGATIVE_INFINITY) return logs.fill(0);
    const weights = logs.map((log) => Math.exp(log - most));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };
}
