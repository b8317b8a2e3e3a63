import type { Vectors } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { checkRange } from './row-file.ts';

/** The rows of an array [n, d], in float32. */
export function memoryVectors(rows: Features): Vectors {
  const [size, width] = rows.shape as [number, number];
  const data = values(rows);
  return {
    size,
    width,
    async read(first, count, { signal }) {
      signal.throwIfAborted();
      checkRange('memory-vectors', size, first, count);
      return features(Float32Array.from(data.subarray(first * width, (first + count) * width)), count, width);
    },
    async close() {},
  };
}
