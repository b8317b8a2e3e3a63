import { fourierTransform, type Image, values } from '@viewforge/tensor';

/**
 * Mean power |F|^2 of an image [c, h, w] on `rings` rings of equal width between frequency 0 and 0.5 cycles per pixel, channels
 * summed; ring r holds frequencies in [r / (2 rings), (r + 1) / (2 rings)), the last one 0.5 as well. The mean intensity
 * (frequency 0) and the corners beyond 0.5 are left out; NaN for a ring without a frequency.
 */
export function radialSpectrumOf(input: Image, rings = 16): Float64Array {
  const [c, h, w] = input.shape as [number, number, number];
  const ringsOfPixels = ringsOf(h, w, rings);
  const [sums, counts] = [new Float64Array(rings), new Float64Array(rings)];
  for (const ring of ringsOfPixels) if (ring >= 0) counts[ring]! += 1;
  for (let channel = 0; channel < c; channel++) {
    const real = Float64Array.from(values(input).subarray(channel * h * w, (channel + 1) * h * w));
    const imaginary = new Float64Array(h * w);
    fourierTransform(real, imaginary, [h, w]);
    ringsOfPixels.forEach((ring, at) => {
      if (ring >= 0) sums[ring]! += real[at]! ** 2 + imaginary[at]! ** 2;
    });
  }
  return sums.map((sum, ring) => sum / counts[ring]!);
}

/**
 * By ring, the power of a view divided by that of its sample, both [c, h, w]: below 1 where the view lost detail of that size,
 * above 1 where it gained some. NaN for a ring without a frequency, or without power in the sample (below 1e-12 of the strongest
 * ring, which is rounding).
 */
export function spectrumRatioOf(sample: Image, view: Image, rings = 16): Float64Array {
  const [before, after] = [radialSpectrumOf(sample, rings), radialSpectrumOf(view, rings)];
  const strongest = before.filter((power) => power > 0).reduce((most, power) => Math.max(most, power), 0);
  // below 1e-24 of all pixels squared, power is what rounding leaves of a flat image
  const least = Math.max(1e-12 * strongest, 1e-24 * (sample.shape[1]! * sample.shape[2]!) ** 2);
  return after.map((power, ring) => (before[ring]! > least ? power / before[ring]! : Number.NaN));
}

/** The ring of each frequency, -1 for none. */
function ringsOf(h: number, w: number, rings: number): Int32Array {
  const frequency = (index: number, size: number): number => Math.min(index, size - index) / size;
  return Int32Array.from({ length: h * w }, (_, at) => {
    const radius = Math.hypot(frequency(Math.floor(at / w), h), frequency(at % w, w));
    if (radius === 0 || radius > 0.5) return -1;
    return Math.min(Math.floor(radius * 2 * rings), rings - 1);
  });
}
