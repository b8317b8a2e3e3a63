import { defineAugmenter, integer, type Json, number } from '@viewforge/core';
import { allocate } from '@viewforge/kernels';
import { createRandom, seedOf } from '@viewforge/random';
import { image as imageOf, values } from '@viewforge/tensor';
import { z } from 'zod';
import { drawPatches, type PatchMask } from './mask-patches.ts';

/** What is drawn for a masked view: everything but the mask itself, which `maskOf` makes from it. */
export interface DrawnMask {
  /** Names the noise of the mask. */
  readonly seed: number;
  /** Side of a patch in pixels. */
  readonly patch: number;
  /** Patches in a column and in a row. */
  readonly rows: number;
  readonly columns: number;
  /** Share of the patches that are hidden; 0 for a view that stays whole. */
  readonly ratio: number;
  /** Intensity that hidden patches get. */
  readonly fill: number;
  readonly [key: string]: Json;
}

/**
 * Fills a share of the square patches of an image [c, h, w] with one intensity. Patches that an edge cuts count as patches. Views that
 * are made together have a mask each, which is what tells them apart.
 */
export const patchMask = defineAugmenter({
  name: 'patch-mask',
  summary: 'Hide some of the patches of an image.',
  reference: 'https://arxiv.org/abs/2111.06377',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    patch: integer({ default: 16, min: 1, unit: 'pixels', doc: 'Side of a patch.' }),
    ratio: number({
      default: 0.75,
      min: 0,
      max: 1,
      open: 'max',
      unit: 'share of patches',
      doc: 'How many patches are hidden; at least one stays.',
    }),
    fill: number({ default: 0.5, min: 0, max: 1, unit: 'intensity', doc: 'What hidden patches are filled with.' }),
    wholeViews: integer({ default: 0, min: 0, unit: 'views', doc: 'Views with an index below this stay whole: the targets.' }),
  }),
  draw: (shape, { patch, ratio, fill, wholeViews }, random, { index = 0 }): DrawnMask => ({
    seed: seedOf(random.fork(index)),
    patch,
    rows: Math.ceil(shape[1]! / patch),
    columns: Math.ceil(shape[2]! / patch),
    ratio: index < wholeViews ? 0 : ratio,
    fill,
  }),
  apply: (image, drawn) => {
    const [c, h, w] = image.shape as [number, number, number];
    const { patch, columns, fill } = drawn;
    const data = allocate(c * h * w);
    data.set(values(image));
    for (const [place, hidden] of maskOf(drawn).mask.entries()) {
      if (hidden === 0) continue;
      const top = Math.floor(place / columns) * patch;
      const left = (place % columns) * patch;
      for (let channel = 0; channel < c; channel++) {
        for (let y = top; y < Math.min(h, top + patch); y++) {
          const line = (channel * h + y) * w;
          data.fill(fill, line + left, line + Math.min(w, left + patch));
        }
      }
    }
    return imageOf(data, c, h, w);
  },
});

/** The mask of a view, over its patches row by row, from what was drawn for it. */
export function maskOf({ seed, rows, columns, ratio }: DrawnMask): PatchMask {
  return drawPatches(createRandom(seed), rows * columns, ratio);
}
