import { type Image, values } from '@viewforge/tensor';
import { crossCorrelate } from './convolve.ts';
import { clampImage } from './map-image.ts';
import { planesOf } from './planes-of.ts';

/**
 * factor * v + (1 - factor) * smooth(v), clamped to [0, 1], where smooth weighs the 3 x 3 values around with (1 1 1; 1 5 1; 1 1 1) / 13. The
 * outermost pixels stay as they are. A factor (>= 0) of 0 is smooth, 1 the image itself, above 1 sharper.
 */
export function adjustSharpness(input: Image, factor: number): Image {
  const { count, height, width } = planesOf(input);
  if (height < 3 || width < 3) return clampImage(input);
  const around = (1 - factor) / 13;
  const weights = Array.from({ length: 9 }, (_, k) => (k === 4 ? factor + 5 * around : around));
  const result = crossCorrelate(input, weights, [0, 1]);
  const [from, to] = [values(input), values(result)];
  for (let c = 0; c < count; c++) {
    const first = c * height * width;
    for (let x = 0; x < width; x++) keep(from, to, first + x, first + (height - 1) * width + x);
    for (let y = 0; y < height; y++) keep(from, to, first + y * width, first + (y + 1) * width - 1);
  }
  return result;
}

function keep(from: Float32Array, to: Float32Array, one: number, other: number): void {
  to[one] = Math.min(1, Math.max(0, from[one]!));
  to[other] = Math.min(1, Math.max(0, from[other]!));
}
