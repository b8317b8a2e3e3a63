import { blurPlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

const passes = 3;

/**
 * An image [c, h, w] in [0, 1] after three box blurs along both axes, which together have the `deviation` (>= 0, in pixels) of a Gaussian: the "Gaussian
 * blur" of Pillow, and so of most published training code, but without its rounding to bytes after each pass. A box covers 2 l + 1 whole
 * pixels and a part of one more at either end; beyond the edges are their nearest values. A flat image stays flat.
 *
 * Gwosdek et al., "Theoretical foundations of Gaussian convolution by extended box filtering" (SSVM 2011)
 */
export function boxBlurGaussian(input: Image, deviation: number): Image {
  const planes = planesOf(input);
  const weights = extendedBox(deviation);
  let data = values(input);
  for (let pass = 0; pass < passes; pass++) data = blurPlanes(data, planes, weights, 'edge');
  return imageLike(input, data);
}

/** The right half of one box, from its center: l + 1 full weights and a part of one; a single 1 where nothing is blurred. */
function extendedBox(deviation: number): Float32Array {
  if (!(deviation >= 0 && deviation < 1e4)) {
    throw new RangeError(`boxBlurGaussian: expected a deviation in [0, 10000), got ${deviation}`);
  }
  const variance = deviation ** 2 / passes;
  const whole = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2); // l
  const part = ((2 * whole + 1) * (whole * (whole + 1) - 3 * variance)) / (6 * (variance - (whole + 1) ** 2));
  const weight = 1 / (2 * (whole + part) + 1);
  const full = Array.from({ length: whole + 1 }, () => weight);
  return Float32Array.from(part > 0 ? [...full, part * weight] : full);
}
