import { compute } from './compute.ts';
import { addBelowTwin, weightedSumTwin } from './reference/arithmetic.ts';

/** weights[0] * one + weights[1] * other for every pair of values, clamped to `bounds`, in float32. */
export function weightedSum(
  one: Float32Array,
  other: Float32Array,
  weights: readonly [number, number],
  bounds: readonly [low: number, high: number],
): Float32Array {
  if (one.length !== other.length) {
    throw new RangeError(`weightedSum: expected as many values twice, got ${one.length} and ${other.length}`);
  }
  const [first, second] = [Math.fround(weights[0]), Math.fround(weights[1])];
  const [low, high] = [Math.fround(bounds[0]), Math.fround(bounds[1])];
  return compute({
    length: one.length,
    needs: [one, other],
    kernel: (exports, to, [at = 0, otherAt = 0]) => exports.weightedSum(at, first, otherAt, second, one.length, low, high, to),
    twin: (to) => weightedSumTwin(one, other, [first, second], [low, high], to),
  });
}

/** Every value below `threshold` with `amount` added, clamped to [0, 1]; the others as they are. */
export function addBelow(from: Float32Array, amount: number, threshold: number): Float32Array {
  const [added, limit] = [Math.fround(amount), Math.fround(threshold)];
  return compute({
    length: from.length,
    needs: [from],
    kernel: (exports, to, [at = 0]) => exports.addBelow(at, from.length, added, limit, to),
    twin: (to) => addBelowTwin(from, added, limit, to),
  });
}
