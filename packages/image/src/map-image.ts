import { allocate } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike } from './planes-of.ts';

/** An image with `change` applied to every value; `index` counts through [c, h, w]. Results are not clamped. */
export function mapImage(input: Image, change: (value: number, index: number) => number): Image {
  const from = values(input);
  const to = allocate(from.length);
  for (let i = 0; i < from.length; i++) to[i] = change(from[i]!, i);
  return imageLike(input, to);
}

/** An image with every value brought into [low, high]. */
export function clampImage(input: Image, low = 0, high = 1): Image {
  return mapImage(input, (value) => Math.min(high, Math.max(low, value)));
}
