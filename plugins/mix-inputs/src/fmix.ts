import { choice, defineMixer, flag, number, mixBlend, pairSources } from '@viewforge/core';
import { beta, createRandom, type Random, seedOf } from '@viewforge/random';
import { elements } from '@viewforge/tensor';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption } from './draw-weights.ts';
import { type Binarizing, binarizeMask } from './fmix-mask.ts';
import { type FourierNoise, frequencyGrid, type LowFrequencies, lowFrequencyImage } from './low-frequency-image.ts';
import { mixMasked } from './mix-masked.ts';

/** Everything that decides a mask but its size; the noise is drawn from the seed. */
export type MaskDraw = Binarizing & LowFrequencies & { readonly seed: number };

/** Who is mixed with whom, by which mask. */
export type FmixDraw = { readonly mask: MaskDraw; readonly partners: readonly number[] };

/**
 * Mixes each item with another one by a mask of smooth, random shape: low-frequency noise above a threshold. One mask a batch, over the
 * elements of a row [d], of a series [c, l], of an image [c, h, w] or of a volume [c, h, w, z], shared by the channels. The weight in the
 * blend is the drawn one; the mask's mean differs from it by less than one element. Where noise is of one value, elements count in order.
 */
export const fmix = defineMixer({
  name: 'fmix',
  summary: 'Mix each item with another one of the batch by a mask of random shape.',
  reference: 'https://arxiv.org/abs/2002.12047',
  mixes: 'batch',
  options: z.object({
    alpha: alphaOption(1),
    reformulate: flag({
      default: false,
      doc: 'Draw weights from Beta(alpha + 1, alpha), for losses that take the first label alone.',
    }),
    decay: number({ default: 3, min: 0, max: 10, unit: 'exponent', doc: 'How fast amplitudes fall with frequency.' }),
    softness: number({ default: 0, min: 0, max: 0.5, unit: 'share of elements', doc: 'Width of the soft edge to each side.' }),
    spectrum: choice(['paper', 'public'], {
      default: 'paper',
      doc: 'Noise as the paper defines it, or as the public code makes it, smoother along the last axis.',
    }),
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews(({ values }, { alpha, reformulate, decay, softness, spectrum, partners }, random): FmixDraw => {
    const weight = reformulate && alpha > 0 ? beta(random, alpha + 1, alpha) : beta(random, alpha, alpha);
    const mask: MaskDraw = { weight, seed: seedOf(random), up: random.chance(0.5), decay, softness, spectrum };
    return { mask, partners: drawPartners(partners, values.shape[0]!, random) };
  }),
  apply: whereDrawn((batch, { mask, partners }: FmixDraw) => ({
    ...batch,
    values: mixMasked(batch.values, partners, maskOf(batch.values.shape.slice(1), mask)),
    blend: mixBlend(batch.blend, pairSources(partners, [mask.weight])),
  })),
});

/** The mask of a draw for items of this shape, row-major over all axes but that of the channels. */
export function maskOf(item: readonly number[], draw: MaskDraw): Float64Array {
  const shape = item.length > 1 ? item.slice(1) : item;
  const noise = drawNoise(frequencyGrid(shape, draw.spectrum).shape, createRandom(draw.seed));
  return binarizeMask(lowFrequencyImage(noise, shape, draw), draw);
}

/** All real parts, then all imaginary ones. */
function drawNoise(grid: readonly number[], random: Random): FourierNoise {
  const draw = (): Float64Array => Float64Array.from({ length: elements(grid) }, () => random.normal(0, 1));
  return { real: draw(), imaginary: draw() };
}
