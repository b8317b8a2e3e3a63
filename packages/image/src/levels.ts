import { countLevels, lookUpLevels } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike } from './planes-of.ts';

/** The byte that stands for an intensity: floor(255 x + 0.5), clamped to 0 … 255; NaN becomes 0. */
export function levelOf(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 255 : (value * 255 + 0.5) | 0;
}

/** How often each of the 256 levels occurs among the values from `start` up to `end`. */
export function levelCounts(data: Float32Array, start: number, end: number): Uint32Array {
  return countLevels(data.subarray(start, end));
}

/** An image whose values are taken from `tables`: 256 intensities for each channel, or one table for all of them. */
export function lookUp(input: Image, tables: readonly Float32Array[]): Image {
  const joined = new Float32Array(256 * tables.length);
  for (const [c, table] of tables.entries()) joined.set(table, 256 * c);
  return imageLike(input, lookUpLevels(values(input), joined));
}
