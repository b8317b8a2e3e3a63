export { obeysAugmenterLaws } from './augmenter-laws.ts';
export { batchLossLaws, type NamedBatch, obeysBatchLossLaws } from './batch-loss-laws.ts';
export { batchPairingLaws, obeysBatchPairingLaws, type PairingTrial } from './batch-pairing-laws.ts';
export { contentOf, firstDifference, firstNotFinite, stateOf } from './compare.ts';
export { domainProblem, shapeOf } from './domains.ts';
export { obeysEncoderLaws } from './encoder-laws.ts';
export { type ExampleBatch, type ExampleViews, exampleBatches, exampleEncodedViews } from './example-batches.ts';
export { axes, exampleFeatures } from './example-features.ts';
export { type ExampleFolder, exampleFolder, withTemporaryFolder } from './example-folder.ts';
export { type ExampleVectors, exampleVectors, vectorsOf } from './example-vectors.ts';
export { drawScene, exampleImages, examplePixels, flatImage, pointImage, rampImage } from './example-images.ts';
export { exampleItems, exampleSource, running } from './example-items.ts';
export { blendRows, exampleViewBatch, exampleViewBatches } from './example-view-batches.ts';
export { flattenEncoder } from './flatten-encoder.ts';
export {
  type GoldenArray,
  type GoldenCase,
  type GoldenFamily,
  type GoldenNumber,
  type GoldenRecipe,
  type GoldenType,
  goldenBytes,
  goldenFamily,
  goldenNames,
  goldenNumber,
  goldenNumbers,
  goldenTensor,
  readGolden,
} from './golden.ts';
export {
  type GradientCheck,
  type GradientError,
  gradientError,
  lossGradientError,
  numericGradient,
  type TensorFunction,
} from './gradients.ts';
export { brokenLaws, type Law, registerLaws } from './law.ts';
export { indexLaws, type IndexPromise, obeysIndexLaws } from './index-laws.ts';
export { obeysLossLaws } from './loss-laws.ts';
export { type ExpectedLoss, type Listed, matchers, type Tolerance } from './matchers.ts';
export { type KnownMetric, obeysMetricLaws } from './metric-laws.ts';
export { obeysMixerLaws } from './mixer-laws.ts';
export { type Given, obeysOptionLaws } from './option-laws.ts';
export { type Flow, obeysPairingLaws } from './pairing-laws.ts';
export { type ClosedForm, closedForms, type ContrastiveForm } from './plain/closed-forms.ts';
export {
  type ContrastiveChecks,
  contrastiveChecks,
  type MaskedLoss,
  obeysContrastiveChecks,
  type PlainLoss,
  type PlainLossMaker,
  type PlainResult,
} from './plain/contrastive-checks.ts';
export {
  type PlainBatch,
  type PlainOptions,
  type PlainReport,
  referenceInfoNce,
  referenceNtXent,
  referenceTwoSided,
} from './plain/reference-info-nce.ts';
export { type PlainWeights, referenceLinear, referenceTransformer, tableRow } from './plain/reference-transformer.ts';
export { plainGradient, type PlainRows, plainRows } from './plain/rows.ts';
export { obeysPlanLaws } from './plan-laws.ts';
export { obeysPluginLaws } from './plugin-laws.ts';
export { augmenterPullbackError, mixerPullbackError } from './pullback-error.ts';
export { type Coverage, obeysSamplerLaws } from './sampler-laws.ts';
export { obeysSourceLaws } from './source-laws.ts';
export { flattenOnnx, type TinyModel, tinyOnnx } from './tiny-onnx.ts';
export { obeysTransformLaws } from './transform-laws.ts';
