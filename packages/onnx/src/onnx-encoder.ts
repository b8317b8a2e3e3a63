import { choice, defineEncoder, integer } from '@viewforge/core';
import { z } from 'zod';
import { planFeeding } from './feeding.ts';
import { largestModel, readModelFile } from './model-file.ts';
import { readPreprocessing } from './preprocessor.ts';
import { sessionEncoder } from './session-encoder.ts';
import { sessionOptions } from './session-options.ts';

const perChannel = (doc: string) => z.array(z.number()).min(1).readonly().optional().describe(doc).meta({ unit: 'intensity' });

/** The options of `onnxEncoder` that say how a model is fed; `describeModel` takes the same. */
export const feedingOptions = {
  layout: choice(['auto', 'nchw', 'nhwc'], {
    default: 'auto',
    doc: 'Order of the axes the model wants; auto looks for 1 or 3 channels.',
  }),
  size: z
    .tuple([z.int().min(1), z.int().min(1)])
    .readonly()
    .optional()
    .describe("Height and width the model wants; left out: the model's own, or its preprocessor configuration's.")
    .meta({ unit: 'pixels' }),
  mean: perChannel(
    'Subtracted from each channel, one number or one a channel; left out: from the preprocessor configuration, or 0.',
  ),
  deviation: perChannel(
    'Divides each channel after that, one number or one a channel; left out: from the preprocessor configuration, or 1.',
  ),
  output: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the output to use; left out: the first of shape [n, d], or else the first.')
    .meta({ unit: 'none' }),
  pooling: choice(['auto', 'mean', 'cls', 'none'], {
    default: 'auto',
    doc: 'How tokens or maps become features: their mean, the first token, or all numbers; auto takes the mean where there are several.',
  }),
  preprocessor: z
    .string()
    .min(1)
    .default('auto')
    .describe('Path of a preprocessor_config.json; auto: the one beside the model, if any; none: no such file.')
    .meta({ unit: 'none' }),
  maxBytes: integer({
    default: largestModel,
    min: 1,
    unit: 'bytes',
    doc: 'Largest model, with its external files, that is loaded.',
  }),
};

/**
 * Encodes images with a model file: any .onnx with one float32 image input. The input `image` is [n, c, h, w] with values in [0, 1];
 * mean and deviation are applied on the way in. A model with a fixed batch gets parts of that size, the last one padded.
 * Results of n items together and one by one agree within 1e-4 of the largest value, the error of float32 sums in another order.
 */
export const onnxEncoder = defineEncoder({
  name: 'onnx-encoder',
  summary: 'Encode images with an ONNX model file.',
  // more options than a part should have: each is a fact about somebody else's model that may be missing from its file
  options: z.object({
    model: z.string().min(1).describe('Path of the model.').meta({ unit: 'none' }),
    ...feedingOptions,
    ...sessionOptions(32),
  }),
  make: (options) =>
    sessionEncoder(options.model, options, async () => {
      const file = await readModelFile(options.model, options.maxBytes);
      const preprocessing = await readPreprocessing(options.model, options.preprocessor);
      const feeding = planFeeding(file.summary, preprocessing, options, options.model);
      // bytes that were checked are the bytes that run; only external files force ONNX Runtime to open the model itself
      return { model: file.external.length === 0 ? file.bytes : file.path, feeding };
    }),
});
