import { defineAugmenter } from '@viewforge/core';
import { shuffleChannels } from '@viewforge/image';
import { permutation } from '@viewforge/random';

/** Puts the channels of an image [c, h, w] in random order, each order equally likely; the one they have is among them. */
export const channelShuffle = defineAugmenter({
  name: 'channel-shuffle',
  summary: 'Let the channels of an image change places.',
  accepts: 'image',
  returns: 'image',
  draw: ([channels], _options, random) => ({ order: permutation(random, channels!) }),
  apply: (image, { order }) => shuffleChannels(image, order),
});
