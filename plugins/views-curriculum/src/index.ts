import { definePlugin } from '@viewforge/core';
import { easyHard } from './easy-hard.ts';
import { efficientTrain } from './efficient-train.ts';
import { hardToEasy, type Placement } from './hard-to-easy.ts';
import { hierarchicalStrength } from './hierarchical-strength.ts';
import {
  drawHoles,
  drawJccm,
  drawJoco,
  drawJointHoles,
  drawJointPatches,
  drawPatches,
  fillHoles,
  type Holes,
  type Joint,
  type Patch,
  pastePatches,
} from './occlusions.ts';
import { type Scheduled, type ScheduledPart, schedule } from './schedule.ts';
import { stagedFourierCrop } from './staged-fourier-crop.ts';
import { stagedRandAugment } from './staged-rand-augment.ts';
import { stageAt, stageShare, stageStrength } from './stages.ts';

export {
  drawHoles,
  drawJccm,
  drawJoco,
  drawJointHoles,
  drawJointPatches,
  drawPatches,
  easyHard,
  efficientTrain,
  fillHoles,
  type Holes,
  hardToEasy,
  hierarchicalStrength,
  type Joint,
  type Patch,
  type Placement,
  pastePatches,
  type Scheduled,
  type ScheduledPart,
  schedule,
  stageAt,
  stagedFourierCrop,
  stagedRandAugment,
  stageShare,
  stageStrength,
};

/** Views that change in the course of a run, and pairs of easy and hard views. */
export const plugin = definePlugin({
  name: 'views-curriculum',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [easyHard, efficientTrain, hierarchicalStrength, stagedFourierCrop, stagedRandAugment],
});
