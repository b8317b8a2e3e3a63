import { compute } from './compute.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { convolvePlanesTwin } from './reference/convolve.ts';

/**
 * Planes cross-correlated with a window of weights: result(y, x) is the sum of weights(i, j) * plane(y + i - r, x + j - r), clamped to
 * `bounds`, with zeros beyond the edges. `weights` is a square of an odd side 2 r + 1, row by row. In float32.
 */
export function convolvePlanes(
  from: Float32Array,
  planes: Planes,
  weights: Float32Array,
  bounds: readonly [low: number, high: number],
): Float32Array {
  checkPlanes('convolvePlanes', from, planes);
  const side = Math.sqrt(weights.length);
  if (!Number.isInteger(side) || side % 2 === 0) {
    throw new RangeError(`convolvePlanes: expected a square of weights with an odd side, got ${weights.length} weights`);
  }
  const { count, height, width } = planes;
  const [low, high] = [Math.fround(bounds[0]), Math.fround(bounds[1])];
  const paddedBytes = (height + side - 1) * (width + side - 1) * 4;
  return compute({
    length: from.length,
    needs: [from, weights, paddedBytes],
    kernel: (exports, to, [at = 0, weightsAt = 0, padded = 0]) =>
      exports.convolvePlanes(at, count, height, width, weightsAt, side, low, high, padded, to),
    twin: (to) => convolvePlanesTwin(from, planes, weights, [low, high], to),
  });
}
