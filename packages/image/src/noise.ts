import { allocate, normalNoise, uniformNoise, weightedSum } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/** Normal noise and where it goes. */
export interface Noise {
  /** Standard deviation, >= 0, in the units of the data. */
  readonly deviation: number;
  /** Names the noise: the same seed always gives the same. Any finite number. */
  readonly seed: number;
  /** Chance of each point [y, x] to get noise, in [0, 1]; 1 when left out. All channels of a point get it, or none. */
  readonly share?: number;
}

/** An image [c, h, w] with normal noise of its own on every value, clamped to [0, 1]. */
export function addNoise(input: Image, noise: Noise): Image {
  return imageLike(input, noisy(input, noise, [0, 1]));
}

/**
 * A measurement, such as the real and imaginary parts of k-space [2, h, w], with normal noise of its own on every part of
 * every point that was sampled: where `mask` [h, w] is not 0. The other points stay as they are. Nothing is clamped.
 * Throws RangeError where the mask has another size.
 */
export function addMeasurementNoise(measurement: Image, mask: ArrayLike<number>, noise: Noise): Image {
  const { height, width } = planesOf(measurement);
  if (mask.length !== height * width) {
    throw new RangeError(`addMeasurementNoise: expected a mask of [${height}, ${width}], got ${mask.length} values`);
  }
  return imageLike(measurement, noisy(measurement, noise, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], mask));
}

/** An image [c, h, w] of which a `share` of the points, in [0, 1], turns black or white, either as likely. */
export function addImpulses(input: Image, { share, seed }: Required<Pick<Noise, 'share' | 'seed'>>): Image {
  const { count, height, width } = planesOf(input);
  const plane = height * width;
  const chances = uniformNoise(plane, seed);
  const from = values(input);
  const to = allocate(from.length);
  to.set(from);
  for (let i = 0; i < plane; i++) {
    if (chances[i]! >= share) continue;
    const value = chances[i]! < share / 2 ? 0 : 1;
    for (let at = i; at < count * plane; at += plane) to[at] = value;
  }
  return imageLike(input, to);
}

function noisy(input: Image, noise: Noise, bounds: readonly [number, number], mask?: ArrayLike<number>): Float32Array {
  const { deviation, seed, share = 1 } = noise;
  const from = values(input);
  const normals = normalNoise(from.length, seed);
  if (mask !== undefined || share < 1) hush(normals, input, noise, mask);
  return weightedSum(from, normals, [1, deviation], bounds);
}

/** In place: noise set to 0 where there shall be none. */
function hush(normals: Float32Array, input: Image, { seed, share = 1 }: Noise, mask?: ArrayLike<number>): void {
  const { count, height, width } = planesOf(input);
  const plane = height * width;
  const chances = uniformNoise(plane, -1 - seed); // of another seed than the noise itself
  for (let i = 0; i < plane; i++) {
    if ((mask === undefined || mask[i] !== 0) && chances[i]! < share) continue;
    for (let at = i; at < count * plane; at += plane) normals[at] = 0;
  }
}
