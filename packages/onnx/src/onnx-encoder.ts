import { choice, defineEncoder, integer } from '@viewforge/core';
import { z } from 'zod';
import { planFeeding } from './feeding.ts';
import { largestModel, readModelFile } from './model-file.ts';
import { readPreprocessing } from './preprocessor.ts';
import { sessionEncoder } from './session-encoder.ts';
import { sessionOptions } from './session-options.ts';

const perChannel = (doc: string) => z.array(z.number()).min(1).readonly().optional().describe(doc).meta({ unit: 'intensity' });

const furtherPooling = choice(['none', 'mean', 'max', 'cls', 'cls+mean', 'last'], {
  default: 'none',
  doc: 'How it becomes one row an item; none leaves it as it stands.',
});

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
    .describe('Name of the output to use; left out: the one that its name or shape says is for features.')
    .meta({ unit: 'none' }),
  pooling: choice(['auto', 'mean', 'max', 'cls', 'cls+mean', 'last', 'pooler', 'none'], {
    default: 'auto',
    doc: 'How tokens or maps become features: mean, maximum, the first token, that beside the mean of the others, the last token of a text, the output that the model pooled, or all numbers; auto takes the mean where there are several.',
  }),
  classTokens: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Tokens before those of patches (class, registers) that means and maxima leave out; left out: 1 for cls+mean, else 0.',
    )
    .meta({ unit: 'tokens' }),
  outputs: z
    .record(z.string().min(1), z.strictObject({ output: z.string().min(1), pooling: furtherPooling }))
    .readonly()
    .default({})
    .describe('Further outputs by the names they shall have: the name of each in the model, and its pooling.')
    .meta({ unit: 'none' }),
  side: choice(['auto', 'image', 'text'], {
    default: 'auto',
    doc: 'What a model of images and texts encodes; the other side is fed one blank item. auto: images where it takes some.',
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
 * Encodes images or texts with a model file, whichever its inputs take. `image` is [n, c, h, w] with values in [0, 1]; mean and deviation
 * are applied on the way in. `tokens` are whole numbers [n, t] and `mask` [n, t] is 1 for tokens and 0 for padding, all ones where left
 * out; token types are 0 and positions 0 to t - 1. A model with a fixed batch gets parts of that size, the last one padded.
 * `encode` gives `features` [n, d], and the further `outputs` [n, ...] by their names.
 * Results of n items together and one by one agree within 1e-4 of the largest value, the error of float32 sums in another order.
 */
export const onnxEncoder = defineEncoder({
  name: 'onnx-encoder',
  summary: 'Encode images or texts with an ONNX model file.',
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
      return { model: file.external.length === 0 ? file.bytes : file.path, external: file.external, feeding };
    }),
});
