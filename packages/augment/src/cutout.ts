import { choice, defineAugmenter, integer, number, range } from '@viewforge/core';
import { erase } from '@viewforge/image';
import { z } from 'zod';
import { boxAround } from './operations/level-space.ts';

/**
 * Covers squares of an image [c, h, w] with one intensity. A square lies around a pixel that is drawn evenly, so it may reach beyond
 * the border, where it is clipped; squares may overlap. The paper covers one square of half the side (CIFAR-10) with the
 * mean of the training set, here with gray.
 */
export const cutout = defineAugmenter({
  name: 'cutout',
  summary: 'Cover squares of an image with one intensity.',
  reference: 'https://arxiv.org/abs/1708.04552',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    count: integer({ default: 1, min: 0, max: 256, unit: 'squares', doc: 'How many squares are covered.' }),
    sideRange: range({
      default: [0.5, 0.5],
      min: 0,
      max: 65536,
      unit: 'what sideUnit says',
      doc: 'The side of each square is drawn from here, and rounded to whole pixels.',
    }),
    sideUnit: choice(['share', 'pixels'], {
      default: 'share',
      doc: 'Sides are shares of the shorter side of the image, or pixels.',
    }),
    fill: number({ default: 0.5, min: 0, max: 1, unit: 'intensity', doc: 'What covers the squares, in every channel.' }),
  }),
  draw: ([, h, w], { count, sideRange, sideUnit, fill }, random) => {
    const unit = sideUnit === 'share' ? Math.min(h!, w!) : 1;
    const boxes = Array.from({ length: count }, () => {
      const side = Math.round(unit * random.uniform(...sideRange));
      const y = random.integer(0, h!);
      return boxAround([y, random.integer(0, w!)], side, h!, w!);
    });
    return { boxes: boxes.filter(({ height, width }) => height * width > 0), fill };
  },
  apply: (image, { boxes, fill }) => boxes.reduce((covered, box) => erase(covered, box, fill), image),
});
