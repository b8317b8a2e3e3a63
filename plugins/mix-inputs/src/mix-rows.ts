import { type Sources, weightAt } from '@viewforge/core';
import { type Tensor, tensor, values, zeros } from '@viewforge/tensor';

/**
 * Every item of a batch [n, ...item] mixed with its partner: w x_i + (1 - w) x_p(i), with w one weight for all or one each,
 * in [0, 1]. Weight 1 copies the item and weight 0 the partner, to the bit. Sums in float64, rounded to the element type of `batch`.
 */
export function mixRows(batch: Tensor, partners: readonly number[], weights: readonly number[]): Tensor {
  const from = values(batch);
  const mixed = zeros(batch.shape, batch);
  const to = mixed.data;
  const size = from.length / Math.max(1, batch.shape[0]!);
  for (const [i, partner] of partners.entries()) {
    const weight = weightAt(weights, i);
    if (weight === 1 || weight === 0 || partner === i) {
      const source = weight === 0 ? partner : i;
      to.set(from.subarray(source * size, (source + 1) * size), i * size);
    } else {
      mixInto(to, from, [i * size, partner * size], size, weight);
    }
  }
  return mixed;
}

/**
 * Items [n, ...item], each a weighted sum of rows of a batch [m, ...item]. Summed in float64 where rows are, and in float32 from the
 * second row on elsewhere; a single row of weight 1 is copied to the bit. Rows of weight 0 count for nothing.
 */
export function mixSources(batch: Tensor, sources: readonly Sources[]): Tensor {
  const from = values(batch);
  const size = from.length / Math.max(1, batch.shape[0]!);
  const mixed = zeros([sources.length, ...batch.shape.slice(1)], batch);
  const to = mixed.data;
  for (const [i, of] of sources.entries()) {
    for (const [row, weight] of of) {
      if (weight === 1) to.set(from.subarray(row * size, (row + 1) * size), i * size);
      else if (weight !== 0) addInto(to, from, [i * size, row * size], size, weight);
    }
  }
  return mixed;
}

/**
 * As `mixRows`, for sequences of unequal length that were padded to one: item i is mixed at the positions where both it and its partner
 * hold something, and stays as it is elsewhere. `valid` [n, positions] is 1 there and 0 at the padding; positions are the last axis.
 */
export function mixValidRows(batch: Tensor, partners: readonly number[], weights: readonly number[], valid: Uint8Array): Tensor {
  const from = values(batch);
  const to = from.slice();
  const n = Math.max(1, batch.shape[0]!);
  const [size, positions] = [from.length / n, valid.length / n];
  for (const [i, partner] of partners.entries()) {
    const weight = weightAt(weights, i);
    for (let at = 0; at < size; at++) {
      const position = at % positions;
      if (valid[i * positions + position] !== 1 || valid[partner * positions + position] !== 1) continue;
      to[i * size + at] = weight * from[i * size + at]! + (1 - weight) * from[partner * size + at]!;
    }
  }
  return tensor(to, batch.shape);
}

/**
 * What arrives at the items of a batch from the gradient [n, ...item] of what `mixRows` made of them: w g_i at item i and (1 - w) g_i
 * at its partner, summed in float64. Partners and weights carry no gradient.
 */
export function pullMixedRows(gradient: Tensor, partners: readonly number[], weights: readonly number[]): Tensor {
  const from = values(gradient);
  const sums = new Float64Array(from.length);
  const size = from.length / Math.max(1, gradient.shape[0]!);
  for (const [i, partner] of partners.entries()) {
    const weight = weightAt(weights, i);
    for (let at = 0; at < size; at++) {
      const g = from[i * size + at]!;
      sums[i * size + at] = sums[i * size + at]! + weight * g;
      sums[partner * size + at] = sums[partner * size + at]! + (1 - weight) * g;
    }
  }
  return tensor(from instanceof Float64Array ? sums : Float32Array.from(sums), gradient.shape);
}

/** In place: the hot loop, one pass over both rows. */
function mixInto(
  to: Float32Array | Float64Array,
  from: Float32Array | Float64Array,
  [own, partner]: readonly [number, number],
  size: number,
  weight: number,
): void {
  const rest = 1 - weight;
  for (let k = 0; k < size; k++) to[own + k] = weight * from[own + k]! + rest * from[partner + k]!;
}

/** In place: adds a weighted row. */
function addInto(
  to: Float32Array | Float64Array,
  from: Float32Array | Float64Array,
  [own, row]: readonly [number, number],
  size: number,
  weight: number,
): void {
  for (let k = 0; k < size; k++) to[own + k] = to[own + k]! + weight * from[row + k]!;
}
