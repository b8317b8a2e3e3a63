import { defineEncoder, integer } from '@viewforge/core';
import { z } from 'zod';
import { largestModel, readModelFile } from './model-file.ts';
import { headBatch } from './projection-head.ts';
import { rowEncoder } from './row-encoder.ts';
import { sessionOptions } from './session-options.ts';

/**
 * A projection head in a model file, as an encoder of features [n, d] to [n, e] that goes behind another: `chainEncoders([encoder, head])`,
 * or `heads` in a recipe.
 */
export const onnxHead = defineEncoder({
  name: 'onnx-head',
  summary: 'Project features with an ONNX model file.',
  options: z.object({
    model: z.string().min(1).describe('Path of the model, which takes [n, d].').meta({ unit: 'none' }),
    output: z
      .string()
      .min(1)
      .optional()
      .describe('Name of the output to use; left out: the first of shape [n, e].')
      .meta({ unit: 'none' }),
    maxBytes: integer({
      default: largestModel,
      min: 1,
      unit: 'bytes',
      doc: 'Largest model, with its external files, that is loaded.',
    }),
    ...sessionOptions(headBatch),
  }),
  make: (options) =>
    rowEncoder(options.model, options, async () => {
      const { path, bytes, summary, external } = await readModelFile(options.model, options.maxBytes);
      return { model: external.length === 0 ? bytes : path, external, summary, output: options.output };
    }),
});
