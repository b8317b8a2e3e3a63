import { choice, defineLoss, number, type ReconstructionBatch, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { type Consistency, consistencyOf } from './consistency.ts';
import { checkReconstruction, rebuild } from './hidden-patches.ts';
import { type PatchOptions, patchFields } from './patch-distance.ts';

/**
 * Two masks of the same items, rebuilt and compared: the distances of both reconstructions from the originals (each the mean over
 * its hidden patches, as in masked-reconstruction), plus `consistencyWeight` times the mean of 1 - cos of the two decoders'
 * features over the patches hidden in both draws. 'all' compares each of these in draw 0 with every patch of the item in draw 1,
 * as the published code does.
 *
 * Works on a ReconstructionBatch of two draws, made by hand: predictions [n, p, d] and `features` [n, p, e] of each. Gradients flow
 * to predictions and to the features of both sides, with respect to the rows as given; a feature row of length <= 1e-12 has
 * cosine 0 and no gradient. Where no patch is hidden in both, consistency is 0.
 *
 * `parts`: `reconstruction` (both together), `consistency` (before the weight), `shared` (patches hidden in both).
 * Throws ViewforgeError: SHAPE where there are not two draws with features, or parts do not fit; NOT_FINITE in what is compared.
 *
 * @example
 * const batch = { predictions: [made0, made1], originals, masks: [mask0, mask1], features: [said0, said1] };
 * const { value, gradients } = doubleMask().differentiate(batch);
 */
export const doubleMask = defineLoss({
  name: 'double-mask',
  summary: 'Rebuild what two masks hid, and agree on what both hid (Point-CMAE).',
  measures: 'reconstruction',
  options: z.object({
    ...patchFields,
    consistencyWeight: number({
      default: 1,
      min: 0,
      max: 10,
      unit: 'none',
      doc: 'How much disagreement on patches hidden in both draws counts.',
    }),
    pairs: choice(['same', 'all'], {
      default: 'same',
      doc: 'Compare each patch with the same patch of the other draw, or with all patches of the item.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'double-mask'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'double-mask'),
});

interface Options extends PatchOptions {
  readonly consistencyWeight: number;
  readonly pairs: Consistency;
}

function find(batch: ReconstructionBatch, options: Options): Found {
  const where = 'double-mask';
  const draws = checkReconstruction(batch, where);
  const { features = [] } = batch;
  if (draws !== 2 || features.length !== 2) {
    throw new ViewforgeError('SHAPE', where, `expected two draws with features, got ${draws} and ${features.length} features`);
  }
  const rebuilt = [0, 1].map((draw) => rebuild(batch, draw, options, where));
  const reconstruction = rebuilt[0]!.value + rebuilt[1]!.value;
  const agreement = consistencyOf(batch, features, options.pairs, where);
  return {
    value: reconstruction + options.consistencyWeight * agreement.value,
    perQuery: new Float64Array(0),
    parts: { reconstruction, consistency: agreement.value, shared: agreement.shared },
    gradients: () => ({
      predictions: rebuilt.map((each) => each.gradient(1)),
      features: agreement.gradients(options.consistencyWeight),
    }),
  };
}
