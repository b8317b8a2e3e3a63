import { choice, defineMixer, integer, number, type ViewBatch } from '@viewforge/core';
import { permutation } from '@viewforge/random';
import { z } from 'zod';
import {
  checkGroups,
  exchangeMoments,
  type MomentExchange,
  type MomentKind,
  momentKinds,
  pullExchanged,
} from './exchange-moments.ts';
import { pairBlend } from './pair-blend.ts';
import { type MapPlace, mapPlace, mapShape, stageOptions } from './stage-options.ts';

/** Who gives moments to whom, how they are taken, how much of its label an item keeps, and where in the encoder. */
export type MomentDraw = MapPlace & {
  readonly partners: readonly number[];
  readonly moments: MomentKind;
  readonly groups: number;
  readonly share: number;
};

/**
 * Gives each item mean and deviation of another one, in its hidden maps or at the input, and a little of its label: a shape in the style of
 * another. Deviations are of the unbiased variance plus 1e-5; a single number has variance 0, so it becomes the partner's mean. Gradients
 * flow to both items, through their moments as well. Throws SHAPE where `channels` or `groups` do not divide what is mixed.
 */
export const momentExchange = defineMixer({
  name: 'moment-exchange',
  summary: 'Give each item the mean and the deviation of another one of the batch.',
  reference: 'https://arxiv.org/abs/2002.11102',
  mixes: 'batch',
  options: z.object({
    moments: choice(momentKinds, {
      default: 'position',
      doc: 'Over what moments are taken: channels at each position, positions of each channel, the whole item, or groups of channels.',
    }),
    groups: integer({
      default: 32,
      min: 1,
      max: 65536,
      unit: 'groups',
      doc: 'Number of groups of channels, where moments are those of groups.',
    }),
    share: number({ default: 0.9, min: 0, max: 1, unit: 'share of the label', doc: 'How much of its own label an item keeps.' }),
    ...stageOptions,
    stage: stageOptions.stage.default(0),
  }),
  draw: ({ values }, { moments, groups, share, ...asked }, random, context): MomentDraw => {
    const place = mapPlace(values, asked, context, 'moment-exchange');
    if (place.stage === 0) checkGroups(mapShape(values, asked.channels, 'moment-exchange'), { moments, groups });
    return { partners: permutation(random, values.shape[0]!), moments, groups, share, ...place };
  },
  apply: (batch, drawn: MomentDraw) => ({
    ...batch,
    values: exchangeMoments(batch.values, shapeOf(batch, drawn), exchangeOf(drawn)),
    blend: pairBlend(
      batch.blend,
      drawn.partners,
      drawn.partners.map(() => drawn.share),
    ),
  }),
  stageOf: ({ stage }: MomentDraw) => stage,
  pullback: (batch, drawn, gradients) => ({
    ...gradients,
    ...(gradients.values && {
      values: pullExchanged(batch.values, shapeOf(batch, drawn), exchangeOf(drawn), gradients.values),
    }),
  }),
});

function shapeOf({ values }: ViewBatch, { channels }: MomentDraw) {
  return mapShape(values, channels ?? undefined, 'moment-exchange');
}

function exchangeOf({ partners, moments, groups }: MomentDraw): MomentExchange {
  return { partners, moments, groups, epsilon: 1e-5, smallest: 0 };
}
