import type { InferenceSession } from 'onnxruntime-node';
import type { SessionTuning } from './session-messages.ts';

/**
 * A provider as ONNX Runtime's binding for Node takes it. Of CUDA the binding passes on the number of the card and nothing else; its other
 * settings (memory limit, growth of the arena, TF32) have no way through it.
 */
export function providerConfig(provider: string, { cuda, webgpu }: SessionTuning): InferenceSession.ExecutionProviderConfig {
  if (provider === 'cuda') return { name: 'cuda', ...(cuda?.device !== undefined && { deviceId: cuda.device }) };
  if (provider !== 'webgpu') return provider;
  const { validation, layout, buffers } = webgpu ?? {};
  return {
    name: 'webgpu',
    ...(validation !== undefined && { validationMode: validation }),
    ...(layout !== undefined && { preferredLayout: layout }),
    ...(buffers !== undefined && { storageBufferCacheMode: buffers }),
  };
}
