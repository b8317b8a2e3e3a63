import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createRequire } from 'node:module';

/** Raised with every change of how items are fed and features are taken. */
const encodingVersion = 1;

/**
 * SHA-256, in hexadecimal, of what decides the outputs of a model but for the rounding of sums in another order: its bytes and those of
 * its external files, how it is fed, the version of ONNX Runtime, and the provider, which is known last. `model` is its bytes or path.
 */
export async function modelDigest(
  model: string | Uint8Array,
  external: readonly string[],
  feeding: object,
): Promise<(provider: string) => string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([encodingVersion, feeding, runtimeVersion()]));
  if (typeof model !== 'string') hash.update(model);
  else for (const path of [model, ...external]) await pipeline(createReadStream(path), hash, { end: false });
  return (provider) => hash.copy().update(provider).digest('hex');
}

function runtimeVersion(): string {
  return (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version;
}
