export { oneOf, type Chosen } from './compose/one-of.ts';
export { onKeys } from './compose/on-keys.ts';
export { onQueries } from './compose/on-queries.ts';
export { sequence } from './compose/sequence.ts';
export { someOf, type ChosenSome } from './compose/some-of.ts';
export { sometimes, type Sometimes } from './compose/sometimes.ts';
export type * from './contracts/domains.ts';
export type * from './contracts/encoder.ts';
export type * from './contracts/gradients.ts';
export type * from './contracts/graph.ts';
export type * from './contracts/json.ts';
export type * from './contracts/kinds.ts';
export type * from './contracts/loss.ts';
export type * from './contracts/metric.ts';
export type * from './contracts/pairing.ts';
export type * from './contracts/part.ts';
export type * from './contracts/sampler.ts';
export type * from './contracts/source.ts';
export type * from './contracts/transform.ts';
export type * from './contracts/vectors.ts';
export type * from './contracts/views.ts';
export {
  countKeys,
  eachExcluded,
  eachWeight,
  excludedRanges,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
} from './contrast.ts';
export { defineAugmenter, type AugmenterRecipe } from './define/augmenter.ts';
export { defineEncoder, type EncoderRecipe } from './define/encoder.ts';
export type { About, AnyFactory, Factory } from './define/factory.ts';
export { defineIndex, type IndexRecipe } from './define/vector-index.ts';
export { defineLoss, type LossRecipe } from './define/loss.ts';
export { defineMetric, type MetricRecipe } from './define/metric.ts';
export { defineMixer, type MixerRecipe } from './define/mixer.ts';
export { definePairing, type PairingRecipe } from './define/pairing.ts';
export { definePlan, type PlanRecipe } from './define/plan.ts';
export { defineSampler, type SamplerRecipe } from './define/sampler.ts';
export { defineSource, type SourceRecipe } from './define/source.ts';
export { type ErrorCode, type ErrorDetails, errorCodes, ViewforgeError } from './error.ts';
export { followParameters, type MomentumOptions, type Parameters } from './follow-parameters.ts';
export { mixBlend, pairSources, type Sources, weightAt } from './mix-blend.ts';
export { describeOptions, type OptionRow, optionsSchema } from './options/describe.ts';
export { choice, type FieldAbout, flag, integer, number, range, text } from './options/fields.ts';
export { parseOptions } from './options/parse.ts';
export { apiVersion, definePlugin, type Plugin } from './plugin.ts';
export { createRegistry, kinds, type Registry } from './registry.ts';
export { modulesOf, partVersions, remake } from './remake.ts';
export { drawViews } from './views/draw-views.ts';
export { makeView, makeViews } from './views/make-views.ts';
export {
  compareTraceViews,
  readTrace,
  type Trace,
  type TraceHeader,
  type TraceMix,
  type TraceView,
  traceMixLine,
  traceViewLine,
  writeTrace,
} from './views/trace.ts';
