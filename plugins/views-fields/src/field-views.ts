import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { type Augmenter, choice, definePlan, integer, number, oneOf, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { fieldAffine } from './field-affine.ts';
import { fieldColor } from './field-color.ts';

/**
 * Views of crop and flip, changed by random fields of places and colors with a probability: instead of the jitter, gray and blur of
 * SimCLR, or after them. Images [3, size, size] in [0, 1] of the role "view".
 */
export const fieldViews = definePlan({
  name: 'field-views',
  summary: 'Make views whose places and colors change by smooth random fields.',
  reference: 'https://arxiv.org/abs/2311.03629',
  options: z.object({
    size: integer({ default: 224, min: 1, unit: 'pixels', doc: 'Side of a view.' }),
    count: integer({ default: 2, min: 1, unit: 'views', doc: 'Views of each item.' }),
    strength: number({ default: 1, min: 0, max: 2, unit: 'none', doc: 'Multiplies the deviations of the fields.' }),
    share: number({ default: 0.5, min: 0, max: 1, unit: 'probability', doc: 'How likely a view is changed by fields.' }),
    place: choice(['instead', 'after'], {
      default: 'after',
      doc: 'Whether fields take the place of the recipe for the whole image, or follow it.',
    }),
  }),
  groups: ({ size, count, strength, share, place }) => {
    const fields = sequence(fieldAffine({ strength }), fieldColor({ strength }));
    const changed =
      place === 'after' ? sequence(wholeImage(), sometimes(share, fields)) : oneOf([wholeImage(), fields], [1 - share, share]);
    return [{ role: 'view', count, augment: sequence(randomResizedCrop({ size }), sometimes(0.5, horizontalFlip()), changed) }];
  },
});

/** What SimCLR does to the image as a whole after crop and flip. */
function wholeImage(): Augmenter<'image', 'image'> {
  return sequence(
    sometimes(0.8, colorJitter({ contrastMean: 'channel' })),
    sometimes(0.2, grayscale()),
    sometimes(0.5, gaussianBlur({ border: 'zero' })),
  );
}
