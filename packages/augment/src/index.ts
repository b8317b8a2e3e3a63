import { definePlugin } from '@viewforge/core';
import { affine } from './affine.ts';
import { autocontrast } from './autocontrast.ts';
import { boxBlur } from './box-blur.ts';
import { brightness } from './brightness.ts';
import { centerCrop } from './center-crop.ts';
import { channelNormalize } from './channel-normalize.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { colorJitter } from './color-jitter.ts';
import { contrast } from './contrast.ts';
import { crop } from './crop.ts';
import { cutout } from './cutout.ts';
import { elastic } from './elastic.ts';
import { equalize } from './equalize.ts';
import { erase } from './erase.ts';
import { featureDropout } from './feature-dropout.ts';
import { featureNoise } from './feature-noise.ts';
import { fourierCrop } from './fourier-crop.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import { grayscale } from './grayscale.ts';
import { horizontalFlip } from './horizontal-flip.ts';
import { hue } from './hue.ts';
import { impulseNoise } from './impulse-noise.ts';
import { invert } from './invert.ts';
import { jpegDegradation } from './jpeg-degradation.ts';
import { keyedConvolution } from './keyed-convolution.ts';
import { measurementNoise } from './measurement-noise.ts';
import { modelView } from './model-view.ts';
import { noise } from './noise.ts';
import { applyOperations } from './operations/apply-operations.ts';
import { drawOperation } from './operations/draw-operation.ts';
import { type Aim, boxAround, type LevelSpace, levelSpaces, operationAt } from './operations/level-space.ts';
import { extendedOperations, type Operation, type OperationName, paperOperations } from './operations/operation.ts';
import { type Warp, warpFields } from './operations/warp-fields.ts';
import { pad } from './pad.ts';
import { perspective } from './perspective.ts';
import { posterize } from './posterize.ts';
import { quarterTurn } from './quarter-turn.ts';
import { drawRandAugment, type RandAugmentDraw, randAugment } from './rand-augment.ts';
import { randomResizedCrop } from './random-resized-crop.ts';
import { resizeTo } from './resize-to.ts';
import { rotate } from './rotate.ts';
import { saturation } from './saturation.ts';
import { sharpness } from './sharpness.ts';
import { solarize } from './solarize.ts';
import { solarizeAdd } from './solarize-add.ts';
import { verticalFlip } from './vertical-flip.ts';

export {
  affine,
  type Aim,
  applyOperations,
  autocontrast,
  boxAround,
  boxBlur,
  brightness,
  centerCrop,
  channelNormalize,
  channelShuffle,
  colorJitter,
  contrast,
  crop,
  cutout,
  drawOperation,
  drawRandAugment,
  elastic,
  equalize,
  erase,
  extendedOperations,
  featureDropout,
  featureNoise,
  fourierCrop,
  gaussianBlur,
  grayscale,
  horizontalFlip,
  type LevelSpace,
  hue,
  impulseNoise,
  invert,
  jpegDegradation,
  keyedConvolution,
  levelSpaces,
  type Operation,
  measurementNoise,
  modelView,
  noise,
  operationAt,
  type OperationName,
  pad,
  paperOperations,
  perspective,
  posterize,
  quarterTurn,
  randAugment,
  type RandAugmentDraw,
  randomResizedCrop,
  resizeTo,
  rotate,
  saturation,
  sharpness,
  solarize,
  verticalFlip,
  type Warp,
  solarizeAdd,
  warpFields,
};

/** The standard augmenters of images and features. */
export const plugin = definePlugin({
  name: 'augment',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    affine,
    autocontrast,
    boxBlur,
    brightness,
    centerCrop,
    channelNormalize,
    channelShuffle,
    colorJitter,
    contrast,
    crop,
    cutout,
    elastic,
    equalize,
    erase,
    featureDropout,
    featureNoise,
    fourierCrop,
    gaussianBlur,
    grayscale,
    horizontalFlip,
    hue,
    impulseNoise,
    invert,
    jpegDegradation,
    keyedConvolution,
    measurementNoise,
    modelView,
    noise,
    pad,
    perspective,
    posterize,
    quarterTurn,
    randAugment,
    randomResizedCrop,
    resizeTo,
    rotate,
    saturation,
    sharpness,
    solarize,
    solarizeAdd,
    verticalFlip,
  ],
});
