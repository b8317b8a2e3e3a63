import { convolvePlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/**
 * Every channel cross-correlated with the same window: the sum of weights(i, j) * v(y + i - r, x + j - r), with black beyond the edges.
 * `weights` is a square of an odd side 2 r + 1, row by row; the result is clamped to `bounds`, by default not at all.
 */
export function crossCorrelate(
  input: Image,
  weights: readonly number[],
  bounds: readonly [low: number, high: number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Image {
  return imageLike(input, convolvePlanes(values(input), planesOf(input), Float32Array.from(weights), bounds));
}
