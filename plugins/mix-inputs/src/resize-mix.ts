import { choice, defineMixer, range, type ViewBatch, mixBlend, pairSources } from '@viewforge/core';
import { resize } from '@viewforge/image';
import { beta } from '@viewforge/random';
import { image, type Tensor, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { drawCenter, planesOf, type Region, regionAround, shareOutside } from './boxes.ts';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import type { RegionDraw } from './cut-mix.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, lawOptions } from './draw-weights.ts';

/** Who is pasted over whom, where, and how it is made small. */
export type ResizedDraw = RegionDraw & { readonly interpolation: 'nearest' | 'bilinear' };

/**
 * Pastes the whole of another item [..., h, w], made small, over a region of each item; one region a batch, its sides a drawn share
 * of the item's, cut off at the border. The weight in the blend is the share of the pixels that is left of the item. An item that meets
 * itself stays as it is.
 */
export const resizeMix = defineMixer({
  name: 'resize-mix',
  summary: 'Paste a small copy of another item over each item of the batch.',
  reference: 'https://arxiv.org/abs/2012.11101',
  mixes: 'batch',
  options: z.object({
    shareRange: range({
      default: [0.1, 0.8],
      min: 0,
      max: 1,
      unit: 'share of a side',
      doc: "The region's sides are drawn from here.",
    }),
    law: lawOptions.law
      .default('uniform')
      .describe('Sides are drawn uniformly, or from Beta(alpha, alpha) cut off to shareRange.'),
    alpha: alphaOption(1),
    interpolation: choice(['nearest', 'bilinear'], { default: 'nearest', doc: 'How the other item is made small.' }),
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews((batch, { shareRange: [low, high], law, alpha, interpolation, partners: kind }, random): ResizedDraw => {
    const size = planesOf(batch.values, 'resize-mix');
    const drawn = law === 'beta' ? beta(random, alpha, alpha) : random.uniform(low, high);
    const share = Math.min(high, Math.max(low, drawn));
    const partners = drawPartners(kind, batch.values.shape[0]!, random);
    const sides = [Math.trunc(size.h * share), Math.trunc(size.w * share)] as const;
    return { partners, region: regionAround(drawCenter(size, random), sides, size), interpolation };
  }),
  apply: whereDrawn(mixResized),
});

/** A batch with the whole partner of every item, made small, in one region, values and blend alike. */
export function mixResized(batch: ViewBatch, { partners, region, interpolation }: ResizedDraw): ViewBatch {
  const size = planesOf(batch.values, 'mixResized');
  const isEmpty = region.bottom <= region.top || region.right <= region.left;
  if (isEmpty) return batch;
  return {
    ...batch,
    values: pasteWhole(batch.values, partners, region, interpolation),
    blend: mixBlend(batch.blend, pairSources(partners, [shareOutside(region, size)])),
  };
}

function pasteWhole(batch: Tensor, partners: readonly number[], region: Region, interpolation: 'nearest' | 'bilinear'): Tensor {
  const { c, h, w } = planesOf(batch, 'pasteWhole');
  const from = values(batch);
  const to = from.slice();
  const [height, width] = [region.bottom - region.top, region.right - region.left];
  for (const [i, partner] of partners.entries()) {
    if (partner === i) continue;
    const whole = image(Float32Array.from(from.subarray(partner * c * h * w, (partner + 1) * c * h * w)), c, h, w);
    const small = values(resize(whole, { height, width, interpolation, antialias: false }));
    for (let line = 0; line < c * height; line++) {
      const [plane, y] = [Math.floor(line / height), region.top + (line % height)];
      to.set(small.subarray(line * width, (line + 1) * width), ((i * c + plane) * h + y) * w + region.left);
    }
  }
  return tensor(to, batch.shape);
}
