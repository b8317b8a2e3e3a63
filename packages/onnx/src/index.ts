import { definePlugin } from '@viewforge/core';
import { onnxEncoder } from './onnx-encoder.ts';
import { randomNetwork } from './random-network.ts';
import { scattering } from './scattering.ts';
import { stagedEncoder } from './staged-encoder.ts';

export { chainEncoders } from './chain-encoders.ts';
export { describeModel, type ModelDescription } from './describe-model.ts';
export type { Feeding, FeedingChoice, Layout, Pooling } from './feeding.ts';
export { lossSession, type LossPath, type LossSession, type LossSessionOptions } from './loss-session.ts';
export { largestModel, type ModelFile, readModelFile } from './model-file.ts';
export { type RandomNetworkShape, randomNetworkModel } from './models/random-network-model.ts';
export { scatteringChannels, scatteringMap, scatteringModel, type ScatteringShape } from './models/scattering-model.ts';
export { type Preprocessing, readPreprocessing } from './preprocessor.ts';
export { listProviders, probeProvider, type ProviderName, providerNames, type ProviderReport } from './providers.ts';
export type { RunResult } from './run-queue.ts';
export { openSession, type Session, type SessionOptions } from './session.ts';
export type { PassedOver, Payload, Payloads, SessionSetup } from './session-messages.ts';
export { onnxEncoder, randomNetwork, scattering, stagedEncoder };

/** The encoders of this package. */
export const plugin = definePlugin({
  name: 'onnx',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [onnxEncoder, randomNetwork, scattering, stagedEncoder],
});
