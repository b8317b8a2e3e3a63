import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { choice, definePlan, integer, number, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';

/**
 * The views of SimCLR: crop, flip, color jitter, gray, blur; images [3, size, size] in [0, 1] of the role "view". As in the
 * published code, contrast moves toward each channel's mean and the blur sees black beyond the border; boxes are drawn as
 * `randomResizedCrop` draws them. For CIFAR: `simclr({ size: 32, strength: 0.5, blur: 0 })`.
 */
export const simclr = definePlan({
  name: 'simclr',
  summary: 'Make views as SimCLR does.',
  reference: 'https://arxiv.org/abs/2002.05709',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
    strength: number({ default: 1, min: 0, max: 2.5, unit: 'none', doc: 'Multiplies all four strengths of the color jitter.' }),
    blur: number({ default: 0.5, min: 0, max: 1, unit: 'probability', doc: 'How likely a view is blurred.' }),
    version: choice(['v1', 'v2'], {
      default: 'v2',
      doc: 'Brightness is an amount that is added (v1), or a factor (v2, the later default of the published code).',
    }),
  }),
  groups: ({ size, count, strength, blur, version }) => {
    const jitter = colorJitter({
      brightness: 0.8 * strength,
      contrast: 0.8 * strength,
      saturation: 0.8 * strength,
      hue: 0.2 * strength,
      brightnessMode: version === 'v1' ? 'additive' : 'multiplicative',
      contrastMean: 'channel',
    });
    const augment = sequence(
      randomResizedCrop({ size, scaleRange: [0.08, 1] }),
      sometimes(0.5, horizontalFlip()),
      sometimes(0.8, jitter),
      sometimes(0.2, grayscale()),
      sometimes(blur, gaussianBlur({ border: 'zero' })),
    );
    return [{ role: 'view', count, augment }];
  },
});
