import { choice, defineAugmenter, number, range } from '@viewforge/core';
import { gaussianBlur as blur, runSteps } from '@viewforge/image';
import { z } from 'zod';

/**
 * Blurs an image [c, h, w] with a Gaussian whose deviation is drawn. The kernel is cut to a fixed odd number of taps and its
 * weights sum to 1: 23 taps for a height of 224 by default, 3 for 32, a single one (no blur) below 20.
 */
export const gaussianBlur = defineAugmenter({
  name: 'gaussian-blur',
  summary: 'Blur an image with a Gaussian.',
  version: 2, // 2: cut off to [0, 1] before anything else
  reference: 'https://arxiv.org/abs/2002.05709',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    deviationRange: range({
      default: [0.1, 2],
      min: 0.01,
      max: 100,
      unit: 'pixels',
      doc: 'Standard deviation of the Gaussian is drawn from here.',
    }),
    kernel: choice(['share', 'auto'], {
      default: 'share',
      doc: 'Taps as a share of the height, or as many as the deviation needs (three deviations to each side).',
    }),
    kernelShare: number({
      default: 0.1,
      min: 0,
      max: 1,
      unit: 'share of height',
      doc: 'Length of the kernel when it is a share.',
    }),
    border: choice(['reflect', 'zero'], {
      default: 'reflect',
      doc: 'What lies beyond the border: the mirrored image, or black.',
    }),
  }),
  draw: (shape, { deviationRange: [low, high], kernel, kernelShare, border }, random) => {
    const deviation = random.uniform(low, high);
    const size = kernel === 'auto' ? 2 * Math.ceil(3 * deviation) + 1 : tapsOf(shape[1]!, kernelShare);
    return { deviation, size, border };
  },
  apply: (image, params) => blur(image, params),
  fusion: { run: runSteps, steps: (gaussian) => [{ kind: 'blur', gaussian }] },
});

/** The largest odd number of taps up to the share, at least 1; an even number of pixels gets one more. */
function tapsOf(height: number, share: number): number {
  const pixels = Math.floor(height * share + 1e-9); // 0.29 * 100 counts as 29
  return 2 * Math.floor(pixels / 2) + 1;
}
