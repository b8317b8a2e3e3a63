import { definePlugin } from '@viewforge/core';
import { centerCrop } from './center-crop.ts';
import { channelNormalize } from './channel-normalize.ts';
import { colorJitter } from './color-jitter.ts';
import { featureDropout } from './feature-dropout.ts';
import { featureNoise } from './feature-noise.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import { grayscale } from './grayscale.ts';
import { horizontalFlip } from './horizontal-flip.ts';
import { randomResizedCrop } from './random-resized-crop.ts';
import { resizeTo } from './resize-to.ts';
import { solarize } from './solarize.ts';

export {
  centerCrop,
  channelNormalize,
  colorJitter,
  featureDropout,
  featureNoise,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  randomResizedCrop,
  resizeTo,
  solarize,
};

/** The standard augmenters of images and features. */
export const plugin = definePlugin({
  name: 'augment',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    centerCrop,
    channelNormalize,
    colorJitter,
    featureDropout,
    featureNoise,
    gaussianBlur,
    grayscale,
    horizontalFlip,
    randomResizedCrop,
    resizeTo,
    solarize,
  ],
});
