import { defineAugmenter, number } from '@viewforge/core';
import { warpField } from '@viewforge/image';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';
import { affineField } from './affine-field.ts';

/**
 * Moves, turns, scales and shears an image [c, h, w] by amounts that change smoothly over the image; beyond the border it is mirrored.
 * A strength of 0 leaves it as it is. The paper gives no spectrum: fields are Gaussian, and their defaults mild. Params are a
 * seed and the deviations; `affineField` makes the same field from them for a mask.
 */
export const fieldAffine = defineAugmenter({
  name: 'field-affine',
  summary: 'Move, turn, scale and shear an image by smooth random fields.',
  reference: 'https://arxiv.org/abs/2311.03629',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    strength: number({ default: 1, min: 0, max: 2, unit: 'none', doc: 'Multiplies all deviations; 0 changes nothing.' }),
    length: number({
      default: 0.15,
      min: 0.05,
      max: 0.5,
      unit: 'share of the longer side',
      doc: 'Distance over which the fields change.',
    }),
    translation: number({ default: 0.03, min: 0, max: 1, unit: 'share of the side', doc: 'Deviation of the translation.' }),
    rotation: number({ default: 8, min: 0, max: 180, unit: 'degrees', doc: 'Deviation of the rotation.' }),
    scale: number({ default: 0.08, min: 0, max: 2, unit: 'logarithm', doc: 'Deviation of the scale along each axis.' }),
    shear: number({ default: 0.08, min: 0, max: 2, unit: 'none', doc: 'Deviation of the shear.' }),
  }),
  draw: ([, height, width], { strength, length, translation, rotation, scale, shear }, random) => ({
    seed: seedOf(random),
    length: length * Math.max(height!, width!),
    deviations: {
      translation: strength * translation,
      rotation: (strength * rotation * Math.PI) / 180,
      scale: strength * scale,
      shear: strength * shear,
    },
  }),
  apply: (image, params) => {
    const [, height, width] = image.shape as [number, number, number];
    return warpField(image, affineField(height, width, params).field, { interpolation: 'bilinear', border: 'reflect' });
  },
});
