import { defineMixer, flag, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { copy, type Tensor } from '@viewforge/tensor';
import { z } from 'zod';
import { type MapPlace, mapPlace, mapShape, stageOptions } from './stage-options.ts';

/** What was drawn: the seed of the choice, and how it is carried out. */
export type ChannelDrop = MapPlace & { readonly seed: number; readonly share: number; readonly raise: boolean };

/**
 * Sets whole channels of hidden maps [n, c, ...] to 0, each item's by a choice of its own, and divides those that stay by the probability
 * of staying, unless told not to; at a share of 1 everything is 0. Items stay themselves. Gradients flow through what stays.
 */
export const channelDrop = defineMixer({
  name: 'channel-drop',
  summary: 'Set some channels of hidden maps to zero and raise the others.',
  reference: 'https://arxiv.org/abs/1411.4280',
  mixes: 'batch',
  options: z.object({
    share: number({ default: 0.1, min: 0, max: 1, unit: 'probability', doc: 'How likely each channel is set to 0.' }),
    raise: flag({ default: true, doc: 'Whether channels that stay are divided by the probability of staying.' }),
    ...stageOptions,
  }),
  draw: ({ values }, { share, raise, ...place }, random, context): ChannelDrop => ({
    seed: seedOf(random),
    share,
    raise,
    ...mapPlace(values, place, context, 'channel-drop'),
  }),
  apply: (batch, drawn: ChannelDrop) => ({ ...batch, values: drop(batch.values, drawn) }),
  stageOf: ({ stage }: ChannelDrop) => stage,
  pullback: (_batch, drawn, gradients) => ({
    ...gradients,
    ...(gradients.values && { values: drop(gradients.values, drawn) }),
  }),
});

function drop(values: Tensor, { seed, share, raise, channels }: ChannelDrop): Tensor {
  const { n, c, m } = mapShape(values, channels ?? undefined, 'channel-drop');
  const result = copy(values);
  const gates = createRandom(seed);
  const kept = raise ? 1 - share : 1;
  for (let at = 0; at < n * c; at++) {
    const isDropped = gates.chance(share);
    for (let e = at * m; e < at * m + m; e++) result.data[e] = isDropped ? 0 : result.data[e]! / kept;
  }
  return result;
}
