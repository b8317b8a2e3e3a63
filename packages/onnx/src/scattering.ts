import { defineEncoder, choice, integer, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { ownFeeding } from './feeding.ts';
import { scatteringChannels, scatteringMap, scatteringModel, type ScatteringShape } from './models/scattering-model.ts';
import { sessionEncoder } from './session-encoder.ts';
import { sessionOptions } from './session-options.ts';

/**
 * Encodes images by wavelet scattering, without any training: [n, 3, size, size] in [0, 1] to [n, 243] at the defaults.
 * The features of a color channel are 1 + L J + L^2 J (J - 1) / 2 non-negative numbers, for 3 color channels one after the other:
 * the mean intensity, then the mean strength of waves by scale and angle, then of waves of waves.
 * The error is below 2e-6 of the largest feature of an order; n items together and one by one agree within that.
 */
export const scattering = defineEncoder({
  name: 'scattering',
  summary: 'Encode images by wavelet scattering.',
  reference: 'https://arxiv.org/abs/1203.1513',
  options: z.object({
    size: integer({ default: 64, min: 2, max: 256, unit: 'pixels', doc: 'Side of the images.' }),
    scales: integer({ default: 2, min: 1, max: 8, unit: 'octaves', doc: 'Number of scales J; 2^J may not exceed the size.' }),
    angles: integer({ default: 8, min: 1, max: 32, unit: 'directions', doc: 'Number of wave directions L.' }),
    order: integer({ default: 2, min: 1, max: 2, unit: 'none', doc: 'How often wavelets and modulus follow each other.' }),
    pooling: choice(['mean', 'none'], { default: 'mean', doc: 'Mean of each map, or all maps flattened.' }),
    ...sessionOptions(2),
  }),
  make(options) {
    const { size, scales } = options;
    if (2 ** scales > size) {
      throw new ViewforgeError(
        'OPTION',
        'scattering',
        `scales: expected 2^scales <= size, got 2^${scales} and a size of ${size}`,
      );
    }
    const shape = { ...options, height: size, width: size, order: options.order as ScatteringShape['order'] };
    const [h, w] = shape.pooling === 'mean' ? [1, 1] : scatteringMap(shape);
    const d = 3 * scatteringChannels(shape) * h * w;
    return sessionEncoder('scattering', options, () => ({ model: scatteringModel(shape), feeding: ownFeeding([size, size], d) }));
  },
});
