import { definePlugin } from '@viewforge/core';
import { mochi, type MochiDraw } from './mochi.ts';
import { synCo, type SynCoDraw } from './syn-co.ts';

export { type MixingModel, mixingModel, searchModel } from './graphs/mixing-model.ts';
export { mixHardest } from './mix-hardest.ts';
export type { Mixtures, Synthesis } from './mixture.ts';
export { type SyntheticReport, syntheticReport } from './synthetic-report.ts';
export { mochi, type MochiDraw, synCo, type SynCoDraw };

/** Mixers that make hard negatives from the hardest ones of a query. */
export const plugin = definePlugin({
  name: 'mix-mochi',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [mochi, synCo],
});
