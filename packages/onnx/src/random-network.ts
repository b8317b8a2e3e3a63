import { defineEncoder, integer } from '@viewforge/core';
import { z } from 'zod';
import { ownFeeding } from './feeding.ts';
import { randomNetworkModel } from './models/random-network-model.ts';
import { sessionEncoder } from './session-encoder.ts';
import { sessionOptions } from './session-options.ts';

/**
 * Encodes images of any size with a small convolutional network that nobody trained: [n, 3, h, w] in [0, 1] to [n, width].
 * The model is made in code, the same for the same seed. Results of n items together and one by one agree within 1e-5 of the largest.
 */
export const randomNetwork = defineEncoder({
  name: 'random-network',
  summary: 'Encode images with a convolutional network of random weights.',
  reference: 'https://arxiv.org/abs/1502.01852',
  options: z.object({
    seed: integer({ default: 0, unit: 'none', doc: 'Decides the weights.' }),
    width: integer({ default: 128, min: 1, max: 4096, unit: 'features', doc: 'Width of the features.' }),
    ...sessionOptions(32),
  }),
  make: (options) =>
    sessionEncoder('random-network', options, () => ({
      model: randomNetworkModel(options),
      feeding: ownFeeding(undefined, options.width),
    })),
});
