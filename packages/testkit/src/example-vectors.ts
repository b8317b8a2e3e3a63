import type { Vectors } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';

/** Embeddings in memory, read piece by piece, that say whether they were closed. */
export interface ExampleVectors extends Vectors {
  /** The rows themselves, [size, width]. */
  readonly rows: Features;
  readonly isClosed: () => boolean;
}

/** Rows of normal numbers; the same seed gives the same ones. */
export function exampleVectors(size = 200, width = 12, seed = 0): ExampleVectors {
  const random = createRandom(seed).fork('vectors');
  return vectorsOf(
    features(
      Float32Array.from({ length: size * width }, () => random.normal(0, 1)),
      size,
      width,
    ),
  );
}

/** These rows, in float32. */
export function vectorsOf(rows: Features): ExampleVectors {
  const [size, width] = rows.shape as [number, number];
  const data = values(rows);
  let isClosed = false;
  return {
    rows,
    size,
    width,
    isClosed: () => isClosed,
    async read(first, count, { signal }) {
      signal.throwIfAborted();
      return features(Float32Array.from(data.subarray(first * width, (first + count) * width)), count, width);
    },
    async close() {
      isClosed = true;
    },
  };
}
