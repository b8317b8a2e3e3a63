import { definePlugin } from '@viewforge/core';
import { addCovarianceNoise, type CovarianceDraw, covarianceNoise, covarianceNoiseFrom } from './classes/covariance-noise.ts';
import { type GraphDraw, graphTargets } from './classes/graph-targets.ts';
import { spectralDecay, spectralNeighborhood } from './classes/spectral-neighborhood.ts';
import { attributeShift, shiftRows } from './operations/attribute-shift.ts';
import { type ChannelDrop, channelDrop } from './operations/channel-drop.ts';
import { type ColorDraw, colorAdapt } from './operations/color-adapt.ts';
import { type EmbeddingNoiseDraw, embeddingNoise } from './operations/embedding-noise.ts';
import { type ExtrapolationDraw, extrapolation } from './operations/extrapolation.ts';
import { featureMask } from './operations/feature-mask.ts';
import { decodeShuffled, latentShuffle, type ShuffleDraw } from './operations/latent-shuffle.ts';
import { type LowRank, lowRankView, truncatedSvd } from './operations/low-rank-view.ts';
import { type MomentDraw, momentExchange } from './operations/moment-exchange.ts';
import { orthantNoise } from './operations/orthant-noise.ts';
import { principalRotation, randomRotation, rotateRows } from './operations/principal-rotation.ts';
import { reflection, reflectRows } from './operations/reflection.ts';
import { relativeNoise } from './operations/relative-noise.ts';
import { type HeadWeights, headWeights, reweightingHead } from './operations/reweighting-head.ts';
import { type ArcDraw, sphericalMixup } from './operations/spherical-mixup.ts';

export type { ClassifiedReport, ClassifiedRows } from './classes/augmented-cross-entropy.ts';
export { type ClassCovariance, pullCovariance, startCovariance, updateCovariance } from './classes/class-covariance.ts';
export { type ClassMemory, type KnownRows, memoryRows, startMemory, updateMemory } from './classes/class-memory.ts';
export { type CodeScores, codeScores } from './classes/code-scores.ts';
export {
  type CombinedPairs,
  combinePairs,
  drawPairs,
  type LabeledSets,
  type PairOptions,
  type PairPermutation,
} from './classes/combine-pairs.ts';
export { type CombinedRows, combineRows, type UnionForm } from './classes/combine-rows.ts';
export { classMeans, covarianceSeparation, type SeparationReport } from './classes/covariance-separation.ts';
export { type DiscrepancyReport, discrepancyLoss } from './classes/discrepancy-loss.ts';
export {
  type BankNeighbors,
  bankNeighbors,
  type FeatureBank,
  neighborBatch,
  refreshBank,
  startBank,
} from './classes/feature-bank.ts';
export {
  drawGenerated,
  type GeneratorDraw,
  generatorInputs,
  type NetworkNames,
  transformGenerated,
} from './classes/generate-rows.ts';
export { type ImplicitOptions, implicitAugmentation } from './classes/implicit-augmentation.ts';
export { type IsdaOptions, isdaLoss } from './classes/isda-loss.ts';
export { combineLabels, labelSets, labelsIn, type SetOperation } from './classes/label-sets.ts';
export {
  type GeneratedMix,
  generatedRatio,
  generatedWeights,
  mixGenerated,
  type RatioSchedule,
} from './classes/mix-generated.ts';
export { drawPrototypes, mixPrototypes, type PrototypeDraw, type PrototypeRows } from './classes/mix-prototypes.ts';
export { type NeighborReport, nearness, neighborAwareLoss } from './classes/neighbor-aware-loss.ts';
export {
  extendPrototypes,
  type GraphOptions,
  type PrototypeGraph,
  prototypeNeighbors,
  startPrototypes,
  updatePrototypes,
} from './classes/prototype-graph.ts';
export { learnedOperation, type OperationNames, type RowNetwork, runNetwork } from './classes/row-network.ts';
export {
  agreementLoss,
  labelSetLoss,
  type PairReport,
  type PairScores,
  type PairScoresReport,
  type ScoreReport,
  type SetOperations,
  setClassification,
  setTautologies,
  type Tautology,
} from './classes/set-losses.ts';
export {
  adaptTokens,
  drawTokenViews,
  type TokenDraw,
  type TokenNet,
  type TokenRanges,
  type TokenView,
  tokenNet,
} from './operations/adapt-tokens.ts';
export { type Directed, groupDirection } from './operations/directions.ts';
export { encodeByModels, modelEncoder, type NamedModel } from './operations/encode-by-models.ts';
export {
  exchangeMoments,
  type MomentExchange,
  type MomentKind,
  momentKinds,
  pullExchanged,
} from './operations/exchange-moments.ts';
export { type GraphContrast, type GraphContrastOptions, graphContrast } from './operations/graph-contrast.ts';
export { drawAmounts, type HardestShift, hardestShift, type RowLoss } from './operations/hardest-shift.ts';
export { type Interpolated, lerpRows, pullLerp, pullSlerp, slerpRows } from './operations/interpolate-rows.ts';
export { type BothSides, normalizedAdjacency, propagateLowRank } from './operations/low-rank-graph.ts';
export { onViews, type ViewSelection } from './operations/on-views.ts';
export { drawSynonyms, replaceSynonyms, type SynonymDraw, synonyms } from './operations/replace-synonyms.ts';
export { decoderLoss, nuisanceLoss, type PartLoss, shuffledClassifierLoss } from './operations/shuffle-losses.ts';
export { principalDirections } from './operations/singular-values.ts';
export type { MapShape } from './operations/stage-options.ts';
export { drawSwap, type SwapDraw, type SwappedCodes, swapCodes } from './operations/swap-codes.ts';
export { type Thinning, thinnedEncoder } from './operations/thinned-encoder.ts';
export { embedTokens, nearestCodes, type TokenGrid } from './operations/token-grid.ts';
export {
  addCovarianceNoise,
  type ArcDraw,
  attributeShift,
  type ChannelDrop,
  channelDrop,
  colorAdapt,
  type ColorDraw,
  type CovarianceDraw,
  covarianceNoise,
  covarianceNoiseFrom,
  decodeShuffled,
  embeddingNoise,
  type EmbeddingNoiseDraw,
  extrapolation,
  type ExtrapolationDraw,
  featureMask,
  type GraphDraw,
  graphTargets,
  type HeadWeights,
  headWeights,
  latentShuffle,
  type LowRank,
  lowRankView,
  type MomentDraw,
  momentExchange,
  orthantNoise,
  principalRotation,
  randomRotation,
  reflection,
  reflectRows,
  relativeNoise,
  reweightingHead,
  rotateRows,
  shiftRows,
  type ShuffleDraw,
  spectralDecay,
  spectralNeighborhood,
  sphericalMixup,
  truncatedSvd,
};

/** Augmentation of embeddings and hidden states. */
export const plugin = definePlugin({
  name: 'mix-latent',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [
    attributeShift,
    channelDrop,
    colorAdapt,
    covarianceNoise,
    embeddingNoise,
    extrapolation,
    featureMask,
    graphTargets,
    latentShuffle,
    lowRankView,
    momentExchange,
    orthantNoise,
    principalRotation,
    reflection,
    relativeNoise,
    reweightingHead,
    spectralNeighborhood,
    sphericalMixup,
  ],
});
