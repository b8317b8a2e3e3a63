import { definePlugin } from '@viewforge/core';
import { augMix } from './aug-mix.ts';
import { augMixViews } from './aug-mix-views.ts';
import { autoAugment } from './auto-augment.ts';
import { autoAugmentPolicies, type SubPolicy } from './auto-augment-policies.ts';
import { mixChains } from './mix-chains.ts';
import { paddedCrop } from './padded-crop.ts';
import { randAugmentViews } from './rand-augment-views.ts';
import { type RejectUntil, rejectUntil, type Tries } from './reject-until.ts';
import { drawView, type SelectionRule, selectView, softmaxShares } from './select-view.ts';
import { trivialAugment } from './trivial-augment.ts';
import { uda } from './uda.ts';
import { udaViews } from './uda-views.ts';
import { uniAugment } from './uni-augment.ts';

export {
  augMix,
  augMixViews,
  autoAugment,
  autoAugmentPolicies,
  drawView,
  mixChains,
  paddedCrop,
  randAugmentViews,
  type RejectUntil,
  rejectUntil,
  type SelectionRule,
  type SubPolicy,
  selectView,
  softmaxShares,
  type Tries,
  trivialAugment,
  uda,
  udaViews,
  uniAugment,
};

/** Augmentation policies and the plans made of them. */
export const plugin = definePlugin({
  name: 'views-policy',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [augMix, augMixViews, autoAugment, paddedCrop, randAugmentViews, trivialAugment, uda, udaViews, uniAugment],
});
