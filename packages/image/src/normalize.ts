import { allocate, normalizePlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/** (v - mean) / deviation with one mean and one deviation (not 0) a channel, in the units of the image. */
export function normalizeChannels(input: Image, mean: readonly number[], deviation: readonly number[]): Image {
  return imageLike(input, normalizePlanes(values(input), planesOf(input), { mean, deviation }));
}

/** v * deviation + mean: takes `normalizeChannels` back, up to rounding. */
export function denormalizeChannels(input: Image, mean: readonly number[], deviation: readonly number[]): Image {
  const { count, height, width } = planesOf(input);
  if (mean.length !== count || deviation.length !== count) {
    throw new RangeError(
      `denormalizeChannels: expected ${count} means and deviations, got ${mean.length} and ${deviation.length}`,
    );
  }
  const from = values(input);
  const to = allocate(from.length);
  const plane = height * width;
  for (let c = 0; c < count; c++) for (let i = c * plane; i < (c + 1) * plane; i++) to[i] = from[i]! * deviation[c]! + mean[c]!;
  return imageLike(input, to);
}
