import { integer } from '@viewforge/core';
import { providerNames } from '@viewforge/onnx';
import { z } from 'zod';

/** What a recipe says of the models of mixers: where they run, and from which size on. */
export const latentSchema = z.strictObject({
  providers: z
    .array(z.enum(providerNames))
    .min(1)
    .default(['cpu'])
    .describe('Where the models of mixers run, tried in this order, such as those of the encoder.'),
  threads: z.int().min(1).max(256).optional().describe('Threads inside an operator; one on each core when left out.'),
  from: integer({
    default: 65536,
    min: 0,
    unit: 'comparisons',
    doc: 'Batches with fewer queries times keys are mixed without the model.',
  }),
});
