import { definePlugin } from '@viewforge/core';
import { onnxEncoder } from './onnx-encoder.ts';
import { onnxHead } from './onnx-head.ts';
import { randomNetwork } from './random-network.ts';
import { scattering } from './scattering.ts';
import { stagedEncoder } from './staged-encoder.ts';
import { weightsHead } from './weights-head.ts';

export { type InputRole, inputNames, type OutputMeaning, outputNames, type Side } from './adapters.ts';
export { type CachedEncoder, cachedEncoder, type CacheOptions } from './cached-encoder.ts';
export { chainEncoders } from './chain-encoders.ts';
export { describeModel, type ModelDescription } from './describe-model.ts';
export { type EvaluationView, evaluationView } from './evaluation-view.ts';
export type { FedInput, Feeding, FeedingChoice, ImageFeeding, Layout, OutputChoice, Pooling, TakenOutput } from './feeding.ts';
export { lossSession, type LossPath, type LossSession, type LossSessionOptions } from './loss-session.ts';
export {
  type MixerSession,
  type MixerSessionCounts,
  type MixerSessionOptions,
  mixerSession,
} from './mixer-session.ts';
export { type KeyView, type MomentumEncoder, momentumEncoder, type MomentumEncoderOptions } from './momentum-encoder.ts';
export { type Activation, activations, type HeadLayer, type HeadNormalization } from './models/head-model.ts';
export { projectionHead, type ProjectionHeadOptions } from './projection-head.ts';
export { largestModel, type ModelFile, readModelFile } from './model-file.ts';
export { heavyNetworkCost, heavyNetworkModel } from './models/heavy-network-model.ts';
export {
  type ImageTextShape,
  imageTextModel,
  imageTextWeights,
  smallImageText,
} from './models/image-text-model.ts';
export type { ModelWeights } from './models/model-weights.ts';
export { type RandomNetworkShape, randomNetworkModel } from './models/random-network-model.ts';
export { scatteringChannels, scatteringMap, scatteringModel, type ScatteringShape } from './models/scattering-model.ts';
export { stagedNetworkModel, stagedNetworkWeights } from './models/staged-network-model.ts';
export {
  smallTextTransformer,
  type TextTransformerShape,
  textTransformerModel,
  textTransformerWeights,
} from './models/text-transformer-model.ts';
export type { TransformerShape } from './models/transformer-layers.ts';
export {
  smallVisionTransformer,
  type VisionTransformerShape,
  visionTransformerModel,
  visionTransformerWeights,
} from './models/vision-transformer-model.ts';
export type { Preprocessing, PreprocessingResize } from './preprocessing.ts';
export { readPreprocessing } from './preprocessor.ts';
export {
  chooseProviders,
  listProviders,
  probeProvider,
  type ProviderName,
  providerNames,
  type ProviderReport,
} from './providers.ts';
export type { RunResult } from './run-queue.ts';
export { providersOption } from './session-options.ts';
export { openSession, type Session, type SessionOptions } from './session.ts';
export type { PassedOver, Payload, Payloads, SessionSetup, SessionTuning } from './session-messages.ts';
export type { WeightSet } from './weight-sets.ts';
export { onnxEncoder, onnxHead, randomNetwork, scattering, stagedEncoder, weightsHead };

/** The encoders of this package. */
export const plugin = definePlugin({
  name: 'onnx',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [onnxEncoder, onnxHead, randomNetwork, scattering, stagedEncoder, weightsHead],
});
