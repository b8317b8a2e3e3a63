import { defineMixer, integer, mixBlend } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { countPatches, mixPatches, patchShares } from './mix-patches.ts';
import { drawPatchPlan, rotatePatchPlan } from './patch-plan.ts';

/** How a batch is cut and grouped; the places of patches are drawn from the seed. */
export type PatchDraw = { readonly seed: number; readonly group: number; readonly patch: number };

/**
 * Cuts items [..., h, w] into patches and makes of every group new ones, each with an equal part of the patches of every member, at their
 * places. A group of g gives g mixed items, which together hold every patch once; the paper encodes one of them (`drawPatchPlan`,
 * `mixPatches`, `unmixPatches`). The last group is filled up from the start of the batch.
 */
export const patchMix = defineMixer({
  name: 'patch-mix',
  summary: 'Make items of the patches of several items, each at its place.',
  reference: 'https://arxiv.org/abs/2303.17152',
  mixes: 'batch',
  options: z.object({
    group: integer({ default: 4, min: 1, max: 64, unit: 'items', doc: 'Items that are mixed with each other.' }),
    patch: integer({ default: 16, min: 1, unit: 'pixels', doc: 'Side of a patch.' }),
    ...viewOptions(),
  }),
  draw: forViews(({ values }, { group, patch }, random): PatchDraw => {
    countPatches(values, [patch, patch]);
    return { seed: seedOf(random), group, patch };
  }),
  apply: whereDrawn((batch, { seed, group, patch }: PatchDraw) => {
    const n = batch.values.shape[0]!;
    const size = [patch, patch] as const;
    const plan = rotatePatchPlan(drawPatchPlan(n, group, countPatches(batch.values, size), createRandom(seed)), n);
    return {
      ...batch,
      values: mixPatches(batch.values, plan, size),
      blend: mixBlend(batch.blend, patchShares(batch.values, plan, size)),
    };
  }),
});
