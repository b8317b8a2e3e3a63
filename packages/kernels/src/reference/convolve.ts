import type { Planes } from '../planes.ts';
import { paddedPlane } from './border.ts';
import { clampLane } from './lanes.ts';

const { fround } = Math;

/** The twin of the kernel `convolvePlanes`: weights row by row, each product and each sum rounded to float32, starting from 0. */
export function convolvePlanesTwin(
  from: Float32Array,
  { count, height, width }: Planes,
  weights: Float32Array,
  [low, high]: readonly [number, number],
  to: Float32Array,
): void {
  const side = Math.sqrt(weights.length);
  const size = height * width;
  const stride = width + side - 1;
  for (let plane = 0; plane < count; plane++) {
    const padded = paddedPlane(from.subarray(plane * size, (plane + 1) * size), height, width, (side - 1) / 2, 'zero');
    for (let i = 0; i < size; i++) {
      const first = Math.floor(i / width) * stride + (i % width);
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum = fround(sum + fround(weights[k]! * padded[first + Math.floor(k / side) * stride + (k % side)]!));
      }
      to[plane * size + i] = clampLane(sum, low, high);
    }
  }
}
