import { choice, defineAugmenter, number, range } from '@viewforge/core';
import { erase as fill, eraseWithNoise } from '@viewforge/image';
import { type Random, seedOf } from '@viewforge/random';
import { z } from 'zod';

/** Tries for a box that fits, before the image stays whole. */
const attempts = 10;

/**
 * Erases a box of drawn area and aspect at a drawn place of an image [c, h, w]: one intensity in all channels, or noise that
 * is another in every channel of every pixel. Where ten boxes were too long or too narrow for the image, it stays whole. The
 * paper does this every other time: `sometimes(0.5, erase())`.
 */
export const erase = defineAugmenter({
  name: 'erase',
  summary: 'Erase a box of drawn area and aspect.',
  reference: 'https://arxiv.org/abs/1708.04896',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    areaRange: range({
      default: [0.02, 0.33],
      min: 0,
      max: 1,
      unit: 'share of area',
      doc: 'Area of the box is drawn from here.',
    }),
    ratioRange: range({
      default: [0.3, 3.3],
      min: 0.01,
      max: 100,
      unit: 'height to width',
      doc: 'Aspect ratio of the box is drawn from here, evenly in its logarithm.',
    }),
    content: choice(['constant', 'noise'], { default: 'constant', doc: 'What takes the place of the box.' }),
    value: number({ default: 0, min: 0, max: 1, unit: 'intensity', doc: 'What it holds when it is constant.' }),
  }),
  draw: ([, h, w], { areaRange, ratioRange, content, value }, random) => {
    const box = drawBox(h!, w!, areaRange, ratioRange, random);
    return content === 'noise' ? { box, content, seed: seedOf(random) } : { box, content, value };
  },
  apply: (image, params) => {
    if (params.box === null) return image;
    return params.content === 'noise' ? eraseWithNoise(image, params.box, params.seed) : fill(image, params.box, params.value);
  },
});

/** Per attempt: area, then ratio; a box that fits then draws its top and its left. */
function drawBox(
  h: number,
  w: number,
  areaRange: readonly [number, number],
  [lowest, highest]: readonly [number, number],
  random: Random,
) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = h * w * random.uniform(...areaRange);
    const ratio = Math.exp(random.uniform(Math.log(lowest), Math.log(highest)));
    const height = Math.round(Math.sqrt(area * ratio));
    const width = Math.round(Math.sqrt(area / ratio));
    if (height >= 1 && height <= h && width >= 1 && width <= w) {
      const top = random.integer(0, h - height + 1);
      return { top, left: random.integer(0, w - width + 1), height, width };
    }
  }
  return null;
}
