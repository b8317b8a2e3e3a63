import { defineAugmenter, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { z } from 'zod';
import { adjustByFields } from './adjust-by-fields.ts';
import { openFields } from './gaussian-field.ts';

/**
 * Changes brightness, contrast, saturation and hue of an image [c, h, w], in this order, by amounts that change smoothly over the image;
 * the result is clamped to [0, 1] once, at the end. A strength of 0 leaves an image in [0, 1] as it is. Three channels are RGB; any other number is gray,
 * which has no saturation and no hue. Params are a seed and the deviations.
 */
export const fieldColor = defineAugmenter({
  name: 'field-color',
  summary: 'Change the colors of an image by smooth random fields.',
  reference: 'https://arxiv.org/abs/2311.03629',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    strength: number({ default: 1, min: 0, max: 2, unit: 'none', doc: 'Multiplies all deviations; 0 changes nothing.' }),
    length: number({
      default: 0.15,
      min: 0,
      max: 0.5,
      unit: 'share of the longer side',
      doc: 'Distance over which the fields change; 0 gives every pixel a change of its own.',
    }),
    brightness: number({ default: 0.2, min: 0, max: 2, unit: 'logarithm', doc: 'Deviation of the factor of brightness.' }),
    contrast: number({ default: 0.2, min: 0, max: 2, unit: 'logarithm', doc: 'Deviation of the factor of contrast.' }),
    saturation: number({ default: 0.2, min: 0, max: 2, unit: 'logarithm', doc: 'Deviation of the factor of saturation.' }),
    hue: number({ default: 0.04, min: 0, max: 0.5, unit: 'turns', doc: 'Deviation of the change of hue.' }),
  }),
  draw: ([, height, width], { strength, length, brightness, contrast, saturation, hue }, random) => ({
    seed: seedOf(random),
    length: length * Math.max(height!, width!),
    deviations: {
      brightness: strength * brightness,
      contrast: strength * contrast,
      saturation: strength * saturation,
      hue: strength * hue,
    },
  }),
  apply: (image, { seed, length, deviations }) => {
    const [, height, width] = image.shape as [number, number, number];
    const random = createRandom(seed);
    const active = Object.entries(deviations).filter(([, deviation]) => deviation > 0);
    const draws = active.map(([name, deviation]) => ({ deviation, random: random.fork(name) }));
    const fields = openFields(height, width, length, draws);
    const size = height * width;
    return adjustByFields(
      image,
      Object.fromEntries(active.map(([name], n) => [name, fields.subarray(n * size, (n + 1) * size)])),
    );
  },
});
