import { defineAugmenter, integer, number, text, ViewforgeError } from '@viewforge/core';
import { crossCorrelate } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { copy, type Image, values } from '@viewforge/tensor';
import { z } from 'zod';

/** Rows and columns of a filter. */
const side = 3;

/**
 * Convolves an image [c, h, w] with a small filter that a private key and the item's class choose, then divides by its largest
 * value. Models trained on such images learn the filters instead of the content: it marks data, and makes it useless to who lacks
 * the key. An ownership (or poisoning) view, which no recipe turns on by itself and which is no augmentation.
 *
 * Needs items with a class: `draw` throws ViewforgeError LABEL without one, or with one beyond `classes`. A black image stays.
 * Params hold the filter, so a trace gives it away; a filter of null leaves the image as it is.
 */
export const keyedConvolution = defineAugmenter({
  name: 'keyed-convolution',
  summary: 'Mark an image with a filter that a key and its class choose.',
  reference: 'https://arxiv.org/abs/2303.04278',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    key: text({ doc: 'The secret that all filters come from; the same key always gives the same filters.' }),
    classes: integer({
      default: 1000,
      min: 1,
      unit: 'classes',
      doc: 'How many classes there are; labels from there on are refused.',
    }),
    blur: number({
      default: 0.3,
      min: 0,
      max: 1,
      unit: 'weight',
      doc: 'Weights but the one that is 1 are drawn from 0 to here.',
    }),
    share: number({ default: 1, min: 0, max: 1, unit: 'share of items', doc: 'Chance of each item to be marked.' }),
  }),
  draw: (_shape, { key, classes, blur, share }, random, { label }) => {
    if (label === undefined || !(label >= 0 && label < classes)) {
      const got = label === undefined ? 'an item without one' : String(label);
      throw new ViewforgeError('LABEL', 'keyed-convolution', `expected a class from 0 to ${classes - 1}, got ${got}`);
    }
    return { filter: random.chance(share) ? filterOf(key, label, blur) : null };
  },
  apply: (image, { filter }) => (filter === null ? copy(image) : convolved(image, filter)),
});

/** Row by row: weights from [0, blur), one of them set to 1. Each class has a stream of its own, so its filter never depends on others. */
function filterOf(key: string, label: number, blur: number): number[] {
  const random = createRandom(key).fork('class', label);
  const weights = Array.from({ length: side * side }, () => random.uniform(0, blur));
  const row = random.integer(0, side);
  weights[row * side + random.integer(0, side)] = 1;
  return weights;
}

function convolved(image: Image, filter: readonly number[]): Image {
  const result = crossCorrelate(image, filter);
  const data = values(result);
  let largest = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > largest) largest = data[i]!;
  if (largest === 0) return copy(image);
  for (let i = 0; i < data.length; i++) data[i] = Math.min(1, Math.max(0, data[i]! / largest));
  return result;
}
