import type { TensorSpec } from '@viewforge/core';
import { env, InferenceSession, type Tensor } from 'onnxruntime-node';
import { providerConfig } from './provider-config.ts';
import type { Answer, PassedOver, Payload, Payloads, SessionSetup } from './session-messages.ts';

/** A model that was loaded in this thread, or why it was not. */
export interface OpenedModel {
  readonly session?: InferenceSession;
  readonly answer: Extract<Answer, { kind: 'opened' | 'refused' }>;
}

/** Loads a model on the first provider of the list that takes it. */
export async function openModel(setup: SessionSetup): Promise<OpenedModel> {
  // what ONNX Runtime has to say is in its errors; warnings would go to the terminal of whoever runs the main thread
  env.logLevel = 'error';
  const failed: PassedOver[] = [];
  for (const provider of setup.providers) {
    try {
      const session = await create(setup, provider);
      const described = { inputs: describe(session.inputMetadata), outputs: describe(session.outputMetadata) };
      return { session, answer: { kind: 'opened', provider, failed, ...described } };
    } catch (error) {
      failed.push({ provider, reason: reasonOf(error) });
    }
  }
  return { answer: { kind: 'refused', failed } };
}

/**
 * The outputs of one run. Blocks the thread. Each stands in a buffer of its own that may be handed to another thread: the binding of ONNX
 * Runtime 1.30 copies results into memory of the engine and keeps no hold of it.
 */
export async function runModel(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
  names: readonly string[],
): Promise<Payloads> {
  const result = await session.run(feeds, [...names]);
  return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, payload(name, value as Tensor)]));
}

/** What an error of ONNX Runtime says. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}

function create({ model, threads, spinning, tuning = {} }: SessionSetup, provider: string): Promise<InferenceSession> {
  const { optimization = 'all', arena = true } = tuning;
  const options: InferenceSession.SessionOptions = {
    executionProviders: [providerConfig(provider, tuning)],
    executionMode: 'sequential',
    graphOptimizationLevel: optimization,
    enableCpuMemArena: arena,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  };
  return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
}

function describe(metadata: readonly InferenceSession.ValueMetadata[]): Record<string, TensorSpec> {
  return Object.fromEntries(
    metadata.map((value) => [
      value.name,
      value.isTensor ? { type: value.type, shape: value.shape } : { type: 'other', shape: [] },
    ]),
  );
}

function payload(name: string, { type, data, dims }: Tensor): Payload {
  if (type !== 'float32' && type !== 'int32' && type !== 'int64') {
    throw new Error(`output ${name} is of type ${type}; float32, int32 and int64 can be handed over`);
  }
  return { type, shape: dims, data: data as Payload['data'] };
}
