import { choice, defineAugmenter, flag, integer, range } from '@viewforge/core';
import { resizedCrop, runSteps } from '@viewforge/image';
import type { Random } from '@viewforge/random';
import { z } from 'zod';

/** Tries for a box that fits before the fallback. */
const attempts = 10;

/**
 * Cuts a box of random area and aspect ratio at a random place and resizes it to a square: bytes [c, h, w] become an image
 * [c, size, size] in [0, 1]. A ratio is width to height, drawn evenly in its logarithm. Where ten boxes did not fit, the
 * box is the largest in the middle whose ratio lies within the bounds.
 */
export const randomResizedCrop = defineAugmenter({
  name: 'random-resized-crop',
  summary: 'Cut a random box and resize it to a square.',
  version: 2, // 2: resampling of bytes in fixed point
  reference: 'https://arxiv.org/abs/1409.4842',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of the square result.' }),
    scaleRange: range({
      default: [0.08, 1],
      min: 1e-6,
      max: 1,
      unit: 'share of area',
      doc: 'Area of the box is drawn from here.',
    }),
    ratioRange: range({
      default: [3 / 4, 4 / 3],
      min: 0.01,
      max: 100,
      unit: 'width to height',
      doc: 'Aspect ratio of the box is drawn from here, evenly in its logarithm.',
    }),
    interpolation: choice(['bilinear', 'bicubic', 'nearest'], {
      default: 'bilinear',
      doc: 'How values between pixels are found.',
    }),
    antialias: flag({ default: true, doc: 'Whether a smaller result averages over all pixels it covers.' }),
  }),
  draw: (shape, { scaleRange, ratioRange, ...result }, random) => ({
    ...drawBox(shape[1]!, shape[2]!, scaleRange, ratioRange, random),
    ...result,
  }),
  reshape: ([channels], { size }) => [channels!, size, size],
  apply: (pixels, { size, interpolation, antialias, ...box }) =>
    resizedCrop(pixels, box, { height: size, width: size, interpolation, antialias }),
  fusion: {
    run: runSteps,
    steps: ({ size, interpolation, antialias, ...box }) => [
      { kind: 'crop', box, resize: { height: size, width: size, interpolation, antialias } },
    ],
  },
});

/** Per attempt: area, then ratio; a box that fits then draws its top and its left. */
function drawBox(
  h: number,
  w: number,
  scaleRange: readonly [number, number],
  ratioRange: readonly [number, number],
  random: Random,
) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = h * w * random.uniform(...scaleRange);
    const ratio = Math.exp(random.uniform(Math.log(ratioRange[0]), Math.log(ratioRange[1])));
    const width = Math.round(Math.sqrt(area * ratio));
    const height = Math.round(Math.sqrt(area / ratio));
    if (width > 0 && width <= w && height > 0 && height <= h) {
      const top = random.integer(0, h - height + 1);
      return { top, left: random.integer(0, w - width + 1), height, width };
    }
  }
  return middleBox(h, w, ratioRange);
}

function middleBox(h: number, w: number, [lowest, highest]: readonly [number, number]) {
  const height = w / h < lowest ? Math.max(1, Math.round(w / lowest)) : h;
  const width = w / h > highest ? Math.max(1, Math.round(h * highest)) : w;
  return { top: Math.floor((h - height) / 2), left: Math.floor((w - width) / 2), height, width };
}
