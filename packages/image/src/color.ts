import { type ColorStep, colorRun, type Normalization } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/**
 * An image after a run of color steps in the given order, clamped to [0, 1] after each: the same values as one call after the other,
 * with one result instead of one a step. A step with a factor of 1, an amount of 0 or whole turns leaves an image in [0, 1] as it is.
 *
 * Three channels are RGB. An image with another number of channels counts as gray: saturation, hue and grayscale leave it as it is,
 * and contrast takes the mean of each channel. With a normalization, the result is `normalizeChannels` of that.
 */
export function adjustColors(input: Image, steps: readonly ColorStep[], normalization?: Normalization): Image {
  return imageLike(input, colorRun(values(input), planesOf(input), steps, normalization));
}

/** Every value times `factor` (>= 0), clamped to [0, 1]. */
export function adjustBrightness(input: Image, factor: number): Image {
  return adjustColors(input, [{ kind: 'brightness', factor }]);
}

/** Every value plus `amount`, an intensity in [-1, 1], clamped to [0, 1]: the brightness of the first SimCLR code. */
export function adjustBrightnessBy(input: Image, amount: number): Image {
  return adjustColors(input, [{ kind: 'brightness-by', amount }]);
}

/** factor * v + (1 - factor) * mean, clamped: the mean luma of the image, or the mean of each channel (as TensorFlow has it). */
export function adjustContrast(input: Image, factor: number, mean: 'luma' | 'channel' = 'luma'): Image {
  return adjustColors(input, [{ kind: 'contrast', factor, mean }]);
}

/** factor * v + (1 - factor) * luma of the pixel, clamped: 0 is gray, 1 the image itself. */
export function adjustSaturation(input: Image, factor: number): Image {
  return adjustColors(input, [{ kind: 'saturation', factor }]);
}

/** The hue of every pixel turned by `turns` of the color circle; 1/3 takes red to green. Gray pixels stay. */
export function adjustHue(input: Image, turns: number): Image {
  return adjustColors(input, [{ kind: 'hue', turns }]);
}

/** The luma 0.2989 R + 0.587 G + 0.114 B in all three channels. */
export function grayscale(input: Image): Image {
  return adjustColors(input, [{ kind: 'grayscale' }]);
}

/** 1 - v where v is at least `threshold`, v elsewhere; clamped to [0, 1]. */
export function solarize(input: Image, threshold: number): Image {
  return adjustColors(input, [{ kind: 'solarize', threshold }]);
}
