import { type Border, blurPlanes, type Normalization } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/** A Gaussian of a certain width, cut off to `size` taps. */
export interface Gaussian {
  /** Taps, an odd number in pixels. */
  readonly size: number;
  /** Standard deviation in pixels, > 0. */
  readonly deviation: number;
  /** What lies beyond an edge: the mirrored image without the edge itself (default), zeros, as in the first SimCLR code, or the edge. */
  readonly border?: Border;
}

/** Weights below half a unit in the last place of 1 are left out: they could not change a float32 sum of values in [0, 1]. */
const smallestWeight = 2 ** -24;

/** An image [c, h, w] in [0, 1] convolved with a Gaussian along both axes, in float32, and clamped to [0, 1]; a flat image stays flat except near a zero border. With a normalization, `normalizeChannels` of that. */
export function gaussianBlur(input: Image, gaussian: Gaussian, normalization?: Normalization): Image {
  const half = gaussianWeights(gaussian).slice((gaussian.size - 1) / 2);
  const kept = half.filter((weight) => weight >= smallestWeight);
  const total = kept.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  const weights = Float32Array.from(kept, (weight) => weight / total);
  return imageLike(input, blurPlanes(values(input), planesOf(input), weights, gaussian.border ?? 'reflect', normalization));
}

/** exp(-i² / (2 deviation²)) for i from -(size - 1) / 2 on, divided by their sum: [size], in float64. */
export function gaussianWeights({ size, deviation }: Pick<Gaussian, 'size' | 'deviation'>): Float64Array {
  if (!Number.isInteger(size) || size < 1 || size % 2 === 0 || !(deviation > 0)) {
    throw new RangeError(`gaussianWeights: expected an odd size and a deviation > 0, got ${size} and ${deviation}`);
  }
  const radius = (size - 1) / 2;
  const raw = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}
