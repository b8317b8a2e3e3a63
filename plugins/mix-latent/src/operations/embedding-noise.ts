import { defineMixer, number } from '@viewforge/core';
import { normalNoise } from '@viewforge/kernels';
import { choose, createRandom, seedOf } from '@viewforge/random';
import { copy } from '@viewforge/tensor';
import { z } from 'zod';
import { type MapPlace, mapPlace, mapShape, stageOptions } from './stage-options.ts';

/** Which rows get noise, of what size and seed, and where in the encoder. */
export type EmbeddingNoiseDraw = MapPlace & { readonly rows: readonly number[]; readonly seed: number; readonly size: number };

/**
 * Adds noise that is a sum of two to half of the rows of token embeddings [n, c, h, w], chosen at random: size (e_c + e_hw) with one normal
 * number for each channel and one for each position. Labels stay, and gradients flow as they are.
 */
export const embeddingNoise = defineMixer({
  name: 'embedding-noise',
  summary: 'Add noise by channel and by position to half of a batch of token embeddings.',
  reference: 'https://arxiv.org/abs/2312.10105',
  mixes: 'batch',
  options: z.object({
    size: number({
      default: 0.1,
      min: 0,
      max: 1e6,
      unit: 'units of the embeddings',
      doc: 'Standard deviation of each of the two noises.',
    }),
    ...stageOptions,
    stage: stageOptions.stage.default(0),
  }),
  draw: ({ values }, { size, ...place }, random, context): EmbeddingNoiseDraw => {
    const n = values.shape[0]!;
    const rows = choose(random, n, Math.floor(n / 2)).sort((a, b) => a - b);
    return { rows, seed: seedOf(random), size, ...mapPlace(values, place, context, 'embedding-noise') };
  },
  apply: (batch, { rows, seed, size, channels }: EmbeddingNoiseDraw) => {
    const { c, m } = mapShape(batch.values, channels ?? undefined, 'embedding-noise');
    const result = copy(batch.values);
    const streams = createRandom(seed);
    for (const row of rows) {
      const noise = normalNoise(c + m, seedOf(streams.fork(row)));
      for (let e = 0; e < c * m; e++) {
        const at = row * c * m + e;
        result.data[at] = result.data[at]! + size * (noise[Math.floor(e / m)]! + noise[c + (e % m)]!);
      }
    }
    return { ...batch, values: result };
  },
  stageOf: ({ stage }: EmbeddingNoiseDraw) => stage,
  pullback: (_batch, _drawn, gradients) => gradients,
});
