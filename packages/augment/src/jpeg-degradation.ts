import { defineAugmenter, range } from '@viewforge/core';
import { degradeJpeg } from '@viewforge/image';
import { z } from 'zod';

/**
 * Leaves of an image [c, h, w] what JPEG coding of a drawn quality leaves: blocks, ringing and coarse colors. Plain arithmetic without a
 * codec, the same on every machine; results are levels / 255.
 */
export const jpegDegradation = defineAugmenter({
  name: 'jpeg-degradation',
  summary: 'Leave what JPEG coding leaves of an image.',
  reference: 'https://www.w3.org/Graphics/JPEG/itu-t81.pdf',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    qualityRange: range({
      default: [30, 95],
      min: 1,
      max: 100,
      unit: 'quality',
      doc: 'Quality is drawn from here, as the Independent JPEG Group counts it.',
    }),
  }),
  draw: (_shape, { qualityRange: [low, high] }, random) => ({ quality: random.uniform(low, high) }),
  apply: (image, { quality }) => degradeJpeg(image, quality),
});
