import { choice, defineEncoder, flag, number, ViewforgeError } from '@viewforge/core';
import type { Tensor } from '@viewforge/tensor';
import { z } from 'zod';
import { activations, type HeadLayer } from './models/head-model.ts';
import { headBatch, modelOf } from './projection-head.ts';
import { openWeights, type StoredWeights } from './read-weights.ts';
import { ownRows, rowEncoder } from './row-encoder.ts';
import { sessionOptions } from './session-options.ts';

const name = (doc: string) => z.string().min(1).describe(doc).meta({ unit: 'none' });

/** A layer by the names of its weights. */
const namedLayer = z.strictObject({
  weight: name('Name of the weight [out, in].'),
  bias: name('Name of the bias [out]; left out: none.').optional(),
  batchNorm: name(
    'What the names of a batch normalization begin with: ".weight", ".bias", ".running_mean" and ".running_var" follow; left out: none.',
  ).optional(),
  epsilon: number({ default: 1e-5, min: 0, unit: 'none', doc: 'Added to the variance of the batch normalization.' }),
  activation: choice(activations, { default: 'none', doc: 'What follows.' }),
});

/**
 * A projection head from stored weights, as an encoder of features [n, d] to [n, e] that goes behind another: `chainEncoders([encoder, head])`,
 * or `heads` in a recipe. Weights are those of a .safetensors file, or a folder with one .npy file each, named as they are. Opening rejects with
 * ViewforgeError: FILE_MISSING, FILE_READ, FILE_FORMAT for the files, NAME for a weight that is not there, SHAPE for weights that do not
 * fit each other.
 */
export const weightsHead = defineEncoder({
  name: 'weights-head',
  summary: 'Project features with layers whose weights are in .safetensors or .npy files.',
  options: z.object({
    weights: name('Path of a .safetensors file, or of a folder of .npy files.'),
    layers: z
      .array(namedLayer)
      .min(1)
      .readonly()
      .describe('Layers, first to last, by the names of their weights.')
      .meta({ unit: 'none' }),
    normalize: flag({ default: false, doc: 'Whether rows come out with length 1.' }),
    ...sessionOptions(headBatch),
  }),
  make: ({ weights, layers, normalize, ...session }) =>
    rowEncoder(weights, session, async () => {
      const stored = await openWeights(weights);
      const read = await Promise.all(layers.map((layer) => readLayer(stored, layer)));
      return ownRows(modelOf(read, normalize, weights));
    }),
});

async function readLayer(stored: StoredWeights, layer: z.output<typeof namedLayer>): Promise<HeadLayer> {
  const { weight, bias, batchNorm, epsilon, activation } = layer;
  const part = (end: string): Promise<Tensor> => stored.read(`${batchNorm}.${end}`);
  const normalization =
    batchNorm === undefined
      ? undefined
      : {
          scale: await part('weight'),
          shift: await part('bias'),
          mean: await part('running_mean'),
          variance: await part('running_var'),
          epsilon,
        };
  if (normalization?.variance.data.some((value) => value + epsilon <= 0))
    throw new ViewforgeError('FILE_FORMAT', batchNorm!, 'expected variances that are above 0 with epsilon, got others');
  return {
    weight: await stored.read(weight),
    ...(bias !== undefined && { bias: await stored.read(bias) }),
    ...(normalization && { batchNorm: normalization }),
    activation,
  };
}
