import { definePlugin } from '@viewforge/core';
import { extrapolatePositives } from './extrapolate-positives.ts';
import { featureTransformation } from './feature-transformation.ts';
import { hallucinatePositives } from './hallucinate-positives.ts';
import { iMixEmbeddings } from './i-mix-embeddings.ts';
import { interpolateNegatives } from './interpolate-negatives.ts';
import { metrix } from './metrix.ts';
import { metrixEmbedding } from './metrix-embedding.ts';
import { metrixFeature } from './metrix-feature.ts';
import { withPositives } from './with-positives.ts';

export { addPositives, type PositiveTerm } from './add-positives.ts';
export { betaNoise } from './draw-weights.ts';
export { type Arc, type ArcCosines, arcOf, arcShares } from './great-arc.ts';
export { interpolateRows } from './interpolate-rows.ts';
export type { MixedPairs } from './metrix-embedding.ts';
export { blendRows, type MixWeights } from './row-blends.ts';
export { type ClusterOptions, sphericalKMeans } from './spherical-k-means.ts';
export {
  extrapolatePositives,
  featureTransformation,
  hallucinatePositives,
  iMixEmbeddings,
  interpolateNegatives,
  metrix,
  metrixEmbedding,
  metrixFeature,
  withPositives,
};

/** Mixers that move positives, negatives and queries among embeddings, and losses that know what these made. */
export const plugin = definePlugin({
  name: 'mix-features',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    extrapolatePositives,
    featureTransformation,
    hallucinatePositives,
    iMixEmbeddings,
    interpolateNegatives,
    metrix,
    metrixEmbedding,
    metrixFeature,
    withPositives,
  ],
});
