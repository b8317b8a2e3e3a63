import { defineAugmenter, range } from '@viewforge/core';
import { mapImage, resize } from '@viewforge/image';
import { normalNoise } from '@viewforge/kernels';
import { seedOf } from '@viewforge/random';
import { fourierTransform, image as imageOf, values } from '@viewforge/tensor';
import { z } from 'zod';

/** Amplitudes fall with this power of the frequency, as in the masks of FMix. */
const decay = 3;
/** Most rows and columns that the smooth image is computed on: what is finer has less than a ten-thousandth of the amplitude. */
const mostRows = 64;

/**
 * Sets a share of an image [c, h, w] to 0, in a few connected regions of any shape: where a smooth random image, the same for all
 * channels, is largest. So depth cameras leave surfaces out that shine or are too dark.
 */
export const depthHoles = defineAugmenter({
  name: 'depth-holes',
  summary: 'Cut random regions out of a depth map.',
  reference: 'https://arxiv.org/abs/2002.12047',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    shareRange: range({
      default: [0, 0.1],
      min: 0,
      max: 1,
      unit: 'share of area',
      doc: 'How much is cut out is drawn from here.',
    }),
  }),
  draw: (_shape, { shareRange: [low, high] }, random) => ({ share: random.uniform(low, high), seed: seedOf(random) }),
  apply: (image, { share, seed }) => {
    const [, h, w] = image.shape as [number, number, number];
    const count = Math.floor(share * h * w + 1e-9);
    if (count === 0) return image;
    const isCut = largest(smoothNoise(h, w, seed), count);
    return mapImage(image, (value, i) => (isCut[i % (h * w)] === 1 ? 0 : value));
  },
});

/** Normal noise [h, w] whose amplitude at frequency f is max(f, 1 / max(h, w)) to the power of -decay. */
function smoothNoise(h: number, w: number, seed: number): Float32Array {
  const [rows, columns] = [Math.min(h, mostRows), Math.min(w, mostRows)];
  const normals = normalNoise(2 * rows * columns, seed);
  const [real, imaginary] = [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at++) {
      const frequency = Math.hypot(Math.min(y, rows - y) / h, Math.min(x, columns - x) / w);
      const amplitude = Math.max(frequency, 1 / Math.max(h, w)) ** -decay;
      real[at] = amplitude * normals[2 * at]!;
      imaginary[at] = amplitude * normals[2 * at + 1]!;
    }
  }
  fourierTransform(real, imaginary, [rows, columns], 'inverse');
  const coarse = imageOf(Float32Array.from(real), 1, rows, columns);
  return values(resize(coarse, { height: h, width: w, interpolation: 'bicubic', antialias: false }));
}

/** 1 for the `count` largest numbers, the first of them where some are equal. */
function largest(numbers: Float32Array, count: number): Uint8Array {
  const least = Float32Array.from(numbers).sort()[numbers.length - count]!;
  let equal = count;
  for (const number of numbers) if (number > least) equal--;
  const marks = new Uint8Array(numbers.length);
  for (let i = 0; i < marks.length; i++) {
    if (numbers[i]! > least || (numbers[i] === least && equal-- > 0)) marks[i] = 1;
  }
  return marks;
}
