import { type ContrastBatch, defineMixer, integer, number } from '@viewforge/core';
import { normalNoise } from '@viewforge/kernels';
import { createRandom, seedOf } from '@viewforge/random';
import { z } from 'zod';
import { pullExtras } from './add-extras.ts';
import { openDraws, type QueryDraws } from './bulk-draws.ts';
import { planMixing } from './graphs/mixing-plan.ts';
import { mixHardest } from './mix-hardest.ts';
import type { Mixtures, Synthesis } from './mixture.ts';

/** How many negatives of each kind are made of how many, how far the last three go, and what the numbers come from. */
export type SynCoDraw = {
  readonly seed: number;
  readonly pool: number;
  /** Interpolated, extrapolated, mixed, with noise, along the gradient, along its signs. */
  readonly counts: readonly [number, number, number, number, number, number];
  readonly deviation: number;
  readonly gradientStep: number;
  readonly signStep: number;
};

const where = 'syn-co';

const perQuery = z.int().min(0);

/**
 * SynCo: six kinds of synthetic negatives made of the `pool` hardest negatives n of each query q, behind the batch's extras, in this order:
 * 1 interpolated, alpha q + (1 - alpha) n with alpha in [0, 1/2); 2 extrapolated, q + beta (n - q) with beta in [1, 3/2); 3 mixed,
 * gamma n_i + (1 - gamma) n_j; 4 n and normal noise of deviation `deviation`; 5 n + `gradientStep` q, a step along the gradient of q . n;
 * 6 n + `signStep` sign(q). All of length 1, and constant as those of `mochi`; ranks, masks, edges and errors are as there.
 *
 * Draws of a query, from a stream of its own, kind by kind: j and alpha; j and beta; i, j and gamma; j; j; j. The noise is a stream of
 * normal numbers beside it.
 */
export const synCo = defineMixer({
  name: where,
  summary: 'Make hard negatives of six kinds for each query out of its hardest ones.',
  reference: 'https://arxiv.org/abs/2410.02401',
  mixes: 'contrast',
  options: z.object({
    pool: integer({ default: 1024, min: 1, unit: 'negatives', doc: 'The hardest of a query that are used (N).' }),
    counts: z
      .tuple([perQuery, perQuery, perQuery, perQuery, perQuery, perQuery])
      .readonly()
      .default([256, 256, 256, 64, 64, 64])
      .describe(
        'How many of each kind for each query: interpolated, extrapolated, mixed, with noise, along the gradient, along its signs.',
      )
      .meta({ unit: 'negatives' }),
    deviation: number({
      default: 0.01,
      min: 0,
      max: 10,
      unit: 'length of a row',
      doc: 'Deviation of the noise of each feature.',
    }),
    gradientStep: number({ default: 0.01, min: 0, max: 10, unit: 'length of a row', doc: 'Step along the gradient.' }),
    signStep: number({ default: 0.01, min: 0, max: 10, unit: 'length of a row', doc: 'Step of each feature along its sign.' }),
    warmUp: integer({ default: 10, min: 0, unit: 'epochs', doc: 'Epochs without synthetic negatives.' }),
  }),
  draw: (_batch, { warmUp, ...options }, random, { epoch }): SynCoDraw | null => {
    const seed = seedOf(random); // one draw in every epoch
    const { pool, counts, deviation, gradientStep, signStep } = options;
    const isNone = counts.every((count) => count === 0);
    return epoch < warmUp || isNone ? null : { seed, pool, counts: [...counts], deviation, gradientStep, signStep };
  },
  apply: (batch: ContrastBatch, params) => (params === null ? batch : mixHardest(batch, synCoSynthesis(params), where)),
  pullback: (batch, params, gradients) => (params === null ? gradients : pullExtras(batch, gradients)),
  graph: { plan: (batch, params) => (params === null ? undefined : planMixing(batch, synCoSynthesis(params))) },
});

/** Places of a query's own rows: itself, its signs, and from the last one on one row of noise for each of the fourth kind. */
const [itself, signs, noise] = [-1, -2, -3];

/** What SynCo makes with these params. */
function synCoSynthesis(params: SynCoDraw): Synthesis {
  const { seed, pool, counts } = params;
  const draws = openDraws(seed);
  const noisy = counts[3];
  return {
    count: pool,
    total: counts.reduce((sum, count) => sum + count, 0),
    further: {
      count: 1 + noisy,
      fill(query, unit, to, at) {
        const d = unit.length;
        for (let i = 0; i < d; i++) to[at + i] = Math.sign(unit[i]!);
        if (noisy > 0) to.set(normalNoise(noisy * d, noiseSeed(seed, query)), at + d);
      },
    },
    mixtures: (query, available) => mixtures(params, draws(query, drawCount(counts)), available),
  };
}

function noiseSeed(seed: number, query: number): number {
  return seedOf(createRandom(seed).fork('noise', query));
}

function drawCount([one, two, three, four, five, six]: SynCoDraw['counts']): number {
  return 2 * (one + two) + 3 * three + four + five + six;
}

/** Scaled to b + w (a - b), which has the direction of (w a + (1 - w) b) / w: n + step a is a share of 1 / (1 + step) of n. */
function mixtures({ counts, ...steps }: SynCoDraw, { next, place }: QueryDraws, available: number): Mixtures {
  const rows: [first: number, second: number, weight: number][] = [];
  const make = (count: number, row: (index: number) => [number, number, number]) => {
    for (let index = 0; index < count; index++) rows.push(row(index));
  };
  const share = (step: number) => 1 / (1 + step);
  make(counts[0], () => withQuery(place(available), 1 - next() / 2));
  make(counts[1], () => withQuery(place(available), 1 + next() / 2));
  make(counts[2], () => [place(available), place(available), next()]);
  make(counts[3], (index) => [place(available), noise - index, share(steps.deviation)]);
  make(counts[4], () => [place(available), itself, share(steps.gradientStep)]);
  make(counts[5], () => [place(available), signs, share(steps.signStep)]);
  return {
    first: Int32Array.from(rows, ([first]) => first),
    second: Int32Array.from(rows, ([, second]) => second),
    weights: Float64Array.from(rows, ([, , weight]) => weight),
  };
}

/** q + w (n - q). */
function withQuery(place: number, weight: number): [number, number, number] {
  return [place, itself, weight];
}
