import { definePlugin } from '@viewforge/core';
import { breastPatch } from './breast-patch.ts';
import { type DenseDraw, type DenseRecipe, type DenseSample, drawDense, makeDense } from './dense-label.ts';
import { depthHoles } from './depth-holes.ts';
import { depthNoise } from './depth-noise.ts';
import { depthSim2real } from './depth-sim2real.ts';
import { edgeDrop } from './edge-drop.ts';
import { histologyIntense } from './histology-intense.ts';
import { medianFilter } from './median-filter.ts';
import { restrictToMask, swapBackground } from './swap-background.ts';
import { drawFrameWarp, unwarpFrame, warpFrames } from './warp-frames.ts';
import { wound } from './wound.ts';
import { xray } from './xray.ts';

export {
  breastPatch,
  type DenseDraw,
  type DenseRecipe,
  type DenseSample,
  depthHoles,
  depthNoise,
  depthSim2real,
  drawDense,
  drawFrameWarp,
  edgeDrop,
  histologyIntense,
  makeDense,
  medianFilter,
  restrictToMask,
  swapBackground,
  unwarpFrame,
  warpFrames,
  wound,
  xray,
};

/** View recipes for medical pictures, depth maps and small data. */
export const plugin = definePlugin({
  name: 'views-clinical',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [breastPatch, depthHoles, depthNoise, depthSim2real, edgeDrop, histologyIntense, medianFilter, wound, xray],
});
