import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';

/** Rows [n, d] of standard normal numbers in float32; the same seed always gives the same rows. */
export function exampleFeatures(n = 6, d = 4, seed = 0): Features {
  const random = createRandom('features').fork(seed);
  return features(
    Float32Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
}

/** The first n unit vectors of d dimensions (n when left out), as rows [n, d]: as different as features can be. */
export function axes(n: number, d = n): Features {
  const data = new Float32Array(n * d);
  for (let i = 0; i < Math.min(n, d); i++) data[i * d + i] = 1;
  return features(data, n, d);
}
