import { defineAugmenter, integer } from '@viewforge/core';
import { createRandom, type Random, seedOf } from '@viewforge/random';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { meanRow, principalDirections } from './singular-values.ts';

/**
 * Turns rows [n, d] about the mean of the block within the space of its principal directions V [count, d], by a random rotation R, each
 * equally likely: z + V^T (R - 1) V (z - mean). Lengths from the mean stay. Params hold the seed of R. Directions and mean are held
 * constant: gradients are turned back. A block that varies in fewer directions is turned in those.
 */
export const principalRotation = defineAugmenter({
  name: 'principal-rotation',
  summary: 'Turn features about their mean in the space of their principal directions.',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    count: integer({ default: 2, min: 1, max: 64, unit: 'directions', doc: 'How many principal directions are turned.' }),
  }),
  draw: (_shape, { count }, random) => ({ seed: seedOf(random), count }),
  apply: (features, { seed, count }) => {
    const { basis, rank } = basisOf(features, count);
    return rotateRows(features, basis, randomRotation(createRandom(seed), rank), meanRow(features));
  },
  pullback: (features, { seed, count }, gradient) => {
    const { basis, rank } = basisOf(features, count);
    const turned = randomRotation(createRandom(seed), rank);
    const back = Float64Array.from(turned, (_, e) => turned[(e % rank) * rank + Math.floor(e / rank)]!);
    return rotateRows(gradient, basis, back, new Float64Array(features.shape[1]!));
  },
});

/** Rows [n, d] turned about `center` [d] by a rotation [r, r] in the space of orthonormal rows `basis` [r, d]. */
export function rotateRows(rows: Features, basis: Float64Array, rotation: Float64Array, center: ArrayLike<number>): Features {
  const [n, d] = rows.shape as [number, number];
  const r = Math.sqrt(rotation.length);
  const from = values(rows);
  const sums = Float64Array.from(from);
  for (let i = 0; i < n; i++) {
    const along = Float64Array.from({ length: r }, (_, k) => {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += basis[k * d + j]! * (from[i * d + j]! - center[j]!);
      return sum;
    });
    for (let k = 0; k < r; k++) {
      let change = -along[k]!;
      for (let l = 0; l < r; l++) change += rotation[k * r + l]! * along[l]!;
      for (let j = 0; j < d; j++) sums[i * d + j] = sums[i * d + j]! + change * basis[k * d + j]!;
    }
  }
  return asType(sums, rows);
}

/** A rotation [r, r], row-major, of determinant 1, each equally likely: Gram-Schmidt on normal numbers, the last row turned if need be. */
export function randomRotation(random: Random, r: number): Float64Array {
  const rows: Float64Array[] = [];
  const normals = Float64Array.from({ length: r * r }, () => random.normal(0, 1));
  for (let k = 0; k < r; k++) {
    const row = normals.slice(k * r, k * r + r);
    for (let twice = 0; twice < 2; twice++) {
      for (const other of rows) {
        const along = row.reduce((sum, value, j) => sum + value * other[j]!, 0);
        for (let j = 0; j < r; j++) row[j] = row[j]! - along * other[j]!;
      }
    }
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    rows.push(row.map((value) => value / length));
  }
  const sign = Math.sign(determinant(rows.map((row) => [...row])));
  if (r > 0) rows[r - 1] = rows[r - 1]!.map((value) => sign * value);
  const result = new Float64Array(r * r);
  rows.forEach((row, k) => {
    result.set(row, k * r);
  });
  return result;
}

function basisOf(features: Features, count: number): { readonly basis: Float64Array; readonly rank: number } {
  const d = features.shape[1]!;
  const all = principalDirections(features, Math.min(count, d));
  let rank = 0;
  while (rank < Math.min(count, d) && all.subarray(rank * d, rank * d + d).some((value) => value !== 0)) rank++;
  return { basis: all.slice(0, rank * d), rank };
}

/** In place: the determinant by elimination with pivots; 1 of nothing. */
function determinant(rows: number[][]): number {
  let product = 1;
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.reduce((best, row, i) => (i >= k && Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? i : best), k);
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      product = -product;
    }
    product *= rows[k]![k]!;
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j < rows.length; j++) rows[i]![j] = rows[i]![j]! - factor * rows[k]![j]!;
    }
  }
  return product;
}
