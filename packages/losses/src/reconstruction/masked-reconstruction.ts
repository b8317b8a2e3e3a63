import { defineLoss, type ReconstructionBatch } from '@viewforge/core';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { checkReconstruction, rebuild } from './hidden-patches.ts';
import { type PatchOptions, patchFields } from './patch-distance.ts';

/**
 * How far the patches that were hidden are from what a decoder made of them: the mean over hidden patches of all items of
 * the mean squared difference of their d numbers, then the mean over draws of masks. 'normalized-mse' compares with the original
 * less its own mean and divided by sqrt(variance + 1e-6), variance over d - 1, as MAE does. 'chamfer' takes a patch for a set of
 * d / coordinates points: the mean squared distance to the nearest point of the other set, both ways added; the index of the
 * nearest, the first of several, is constant.
 *
 * Works on a ReconstructionBatch, made by hand from what a decoder gave: predictions and originals [n, p, d], masks of n * p bytes
 * with 1 where a patch was hidden. Patches that were seen count for nothing, whatever they hold; 0 where nothing was hidden.
 * Gradients [n, p, d] flow to the predictions only.
 *
 * `parts`: `hidden` (patches, over all draws). Throws ViewforgeError: SHAPE where parts of the batch do not fit, NOT_FINITE in a
 * hidden patch.
 *
 * @example
 * const originals = tensor(Float32Array.of(0, 1, 2, 3), [1, 2, 2]); // one item, two patches of two numbers
 * const predictions = [tensor(Float32Array.of(0, 0, 2, 5), [1, 2, 2])]; // what a decoder gave, for one draw of a mask
 * const masks = [Uint8Array.of(0, 1)]; // the second patch was hidden
 * maskedReconstruction().measure({ predictions, originals, masks }).value; // 2
 */
export const maskedReconstruction = defineLoss({
  name: 'masked-reconstruction',
  summary: 'Make hidden patches, or sets of points, like the originals (MAE).',
  reference: 'https://arxiv.org/abs/2111.06377',
  measures: 'reconstruction',
  options: z.object(patchFields),
  measure: (batch, options) => reportOf(find(batch, options), 'masked-reconstruction'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'masked-reconstruction'),
});

function find(batch: ReconstructionBatch, options: PatchOptions): Found {
  const draws = checkReconstruction(batch, 'masked-reconstruction');
  const rebuilt = batch.predictions.map((_, draw) => rebuild(batch, draw, options, 'masked-reconstruction'));
  return {
    value: rebuilt.reduce((sum, { value }) => sum + value, 0) / draws,
    perQuery: new Float64Array(0),
    parts: { hidden: rebuilt.reduce((sum, { hidden }) => sum + hidden, 0) },
    gradients: () => ({ predictions: rebuilt.map((each) => each.gradient(1 / draws)) }),
  };
}
