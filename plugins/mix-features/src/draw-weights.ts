import { choice } from '@viewforge/core';
import { uniformNoise } from '@viewforge/kernels';
import { beta, createRandom, type Random, seedOf } from '@viewforge/random';
import type { MixWeights } from './row-blends.ts';

/** Weights `offset` + Beta(alpha, alpha): one that was drawn, or as many as are asked for, made from a seed. */
export type WeightDraw =
  | { readonly by: 'batch'; readonly value: number }
  | { readonly by: 'sample' | 'element'; readonly alpha: number; readonly offset: number; readonly seed: number };

/** The option that says who shares a weight. */
export function sharingOption() {
  return choice(['batch', 'sample', 'element'], {
    default: 'batch',
    doc: 'One weight for all rows of a batch, one for each row, or one for each element of each row (dimension level).',
  });
}

/** One weight of the law, or a seed for many. */
export function drawWeights(by: MixWeights['by'], alpha: number, offset: number, random: Random): WeightDraw {
  return by === 'batch' ? { by, value: offset + beta(random, alpha, alpha) } : { by, alpha, offset, seed: seedOf(random) };
}

/** The weights of n rows of d elements. */
export function weightsOf(draw: WeightDraw, n: number, d: number): MixWeights {
  if (draw.by === 'batch') return { by: 'batch', data: Float64Array.of(draw.value) };
  const { by, alpha, offset, seed } = draw;
  const data = betaNoise(by === 'sample' ? n : n * d, alpha, seed);
  if (offset !== 0) for (let i = 0; i < data.length; i++) data[i] = data[i]! + offset;
  return { by, data };
}

const halves = 4096;
/** Numbers that are made together; their scratch is a megabyte. */
const atOnce = 2 ** 18;

/**
 * `count` numbers from Beta(alpha, alpha), by Ulrich's formula 1/2 + sqrt(1 - U^(2 / (2 alpha - 1))) cos(2 pi V) / 2, which is exact for
 * alpha > 1/2; U and V are midpoints of 4096 steps each, the two halves of one 24-bit number. Smaller alphas are drawn one by one,
 * which takes a microsecond each.
 */
export function betaNoise(count: number, alpha: number, seed: number): Float32Array {
  const result = new Float32Array(count);
  const random = createRandom(seed);
  if (alpha <= 0.5) return result.map(() => beta(random, alpha, alpha));
  const steps = Float64Array.from({ length: halves }, (_, i) => (i + 0.5) / halves);
  const radius = steps.map((u) => 0.5 * Math.sqrt(1 - u ** (2 / (2 * alpha - 1))));
  const side = steps.map((v) => Math.cos(2 * Math.PI * v));
  for (let from = 0; from < count; from += atOnce) {
    const noise = uniformNoise(Math.min(atOnce, count - from), seedOf(random));
    for (let i = 0; i < noise.length; i++) {
      const word = noise[i]! * 0x1000000;
      result[from + i] = 0.5 + radius[word >>> 12]! * side[word & 0xfff]!;
    }
  }
  return result;
}
