import { choice, defineAugmenter, number, range } from '@viewforge/core';
import { warpField } from '@viewforge/image';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';
import { deformationField } from './deformation-field.ts';

/**
 * Deforms an image [c, h, w] by displacements that are random on several scales and hardly ever fold, the more the higher the level.
 * A level or a velocity of 0 leaves it as it is. Params name the field: `deformationField` makes it again for a mask.
 */
export const deformation = defineAugmenter({
  name: 'deformation',
  summary: 'Deform an image by a smooth field of several scales.',
  reference: 'https://arxiv.org/abs/2407.07295',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    levelRange: range({
      default: [10, 48],
      min: 0,
      max: 80,
      unit: 'diffusion steps',
      doc: 'How far the deformation goes is drawn from here.',
    }),
    velocity: number({
      default: 4e-5,
      min: 0,
      max: 1e-3,
      unit: 'share of the side',
      doc: 'Deviation of the velocity at the finest scale; each coarser scale has twice as much.',
    }),
    drift: number({
      default: 0.08,
      min: 0,
      max: 1,
      unit: 'share of velocity',
      doc: 'Deviation of a drift of the velocity; 0 is none.',
    }),
    flow: choice(['full', 'recoverable'], {
      default: 'full',
      doc: 'The deformation of the level, or the weaker one that a recovering network is asked to take back, which has no drift.',
    }),
    rescale: choice(['geometry', 'public'], {
      default: 'geometry',
      doc: 'Displacements that fit the size of the image, or those of the published code, which are larger by side / 128.',
    }),
    border: choice(['reflect', 'edge', 'zero'], {
      default: 'reflect',
      doc: 'What lies beyond the border: the mirrored image, its edge, or black.',
    }),
  }),
  draw: (_shape, { levelRange: [low, high], ...rest }, random) => ({
    seed: seedOf(random),
    level: random.uniform(low, high),
    ...rest,
  }),
  apply: (image, { border, ...params }) => {
    const [, height, width] = image.shape as [number, number, number];
    return warpField(image, deformationField(height, width, params).field, { interpolation: 'bilinear', border });
  },
});
