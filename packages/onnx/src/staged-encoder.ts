import { defineEncoder } from '@viewforge/core';
import { z } from 'zod';
import { chainEncoders } from './chain-encoders.ts';
import { onnxEncoder } from './onnx-encoder.ts';
import { sessionOptions } from './session-options.ts';

/**
 * Encodes images with a model that was cut into several files, so that hidden states can be mixed between them. The first takes images
 * as `onnxEncoder` does; every further one takes the output of the one before as it is, [n, c, h, w] of fixed size, with no mean
 * taken off. Outputs between are handed on whole, that of the last is pooled where there is something to pool.
 */
export const stagedEncoder = defineEncoder({
  name: 'staged-encoder',
  summary: 'Encode images with a model that was cut into several ONNX files.',
  options: z.object({
    models: z.array(z.string().min(1)).min(1).readonly().describe('Paths of the models, first to last.').meta({ unit: 'none' }),
    ...sessionOptions(32),
  }),
  make({ models, ...session }) {
    const hidden = { layout: 'nchw', preprocessor: 'none' } as const;
    const { open, encode, stages, close } = chainEncoders(
      models.map((model, i) => {
        const pooling = i < models.length - 1 ? 'none' : 'auto';
        return onnxEncoder({ model, pooling, ...(i > 0 && hidden), ...session });
      }),
    );
    return { open, encode, ...(stages && { stages }), close };
  },
});
