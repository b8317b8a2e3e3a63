import { definePlugin } from '@viewforge/core';
import { alignment, alignmentOf } from './alignment.ts';
import { effectiveRank } from './effective-rank.ts';
import { retrieval, type Retrieved, retrievalOf } from './retrieval.ts';
import { type Spectrum, spectrumOf } from './spectrum.ts';
import { uniformity, uniformityOf } from './uniformity.ts';

export {
  alignment,
  alignmentOf,
  effectiveRank,
  type Retrieved,
  retrieval,
  retrievalOf,
  type Spectrum,
  spectrumOf,
  uniformity,
  uniformityOf,
};

/** The built-in metrics. */
export const plugin = definePlugin({
  name: 'metrics',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [alignment, effectiveRank, retrieval, uniformity],
});
