import { definePlugin } from '@viewforge/core';
import { type CrossViewTerm, crossViewTerms } from './cross-view-terms.ts';
import { dino } from './dino.ts';
import { type EqualSizes, equalSizes } from './equal-sizes.ts';
import { swav, swavNormalization } from './swav.ts';

export { type CrossViewTerm, crossViewTerms, dino, type EqualSizes, equalSizes, swav, swavNormalization };

/** The multi-crop views of SwAV and DINO. */
export const plugin = definePlugin({
  name: 'views-multicrop',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [dino, swav],
});
