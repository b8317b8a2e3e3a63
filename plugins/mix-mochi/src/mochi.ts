import { type ContrastBatch, defineMixer, integer, number } from '@viewforge/core';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';
import { pullExtras } from './add-extras.ts';
import { openDraws } from './bulk-draws.ts';
import { planMixing } from './graphs/mixing-plan.ts';
import { mixHardest } from './mix-hardest.ts';
import type { Synthesis } from './mixture.ts';

/** How many negatives are made of how many, and what their numbers come from. */
export type MochiDraw = {
  readonly seed: number;
  readonly pool: number;
  readonly count: number;
  readonly queryCount: number;
  readonly betaMax: number;
};

const where = 'mochi';

/**
 * MoCHi: synthetic negatives made of the `pool` hardest negatives of each query, behind the batch's extras. `count` lie between two of
 * them, alpha n_i + (1 - alpha) n_j; `queryCount` between one and the query, beta q + (1 - beta) n_j with beta below 1/2, so that they are
 * harder than any negative and still no positive. All of length 1, and constant: gradients of a loss flow to the query that is
 * compared with them, not to what they are made of.
 *
 * Negatives are ranked by cosine, of equal ones the first column leads; excluded columns and positives are no negatives. With fewer than
 * `pool` all are used; a query without one gets no synthetic ones. Opposite rows that cancel out are left out, which the counts of the
 * extras show; see `syntheticReport`. Before epoch `warmUp` the batch stays as it is.
 *
 * Draws of a query, from a stream of its own: i, j and alpha for each of the first kind, then j and beta for each of the second.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE where a query or one of its hardest negatives holds NaN or an infinity.
 */
export const mochi = defineMixer({
  name: where,
  summary: 'Make hard negatives for each query by mixing its hardest ones with each other and with the query.',
  reference: 'https://arxiv.org/abs/2010.01028',
  mixes: 'contrast',
  options: z.object({
    pool: integer({
      default: 1024,
      min: 1,
      unit: 'negatives',
      doc: 'The hardest of a query that are mixed (N): 1024 for ImageNet-1K with a queue of 65 536, 128 for ImageNet-100 with 16 384.',
    }),
    count: integer({
      default: 512,
      min: 0,
      unit: 'negatives',
      doc: 'Mixed of two of them, for each query (s): 512 for ImageNet-1K, 1024 for ImageNet-100.',
    }),
    queryCount: integer({
      default: 256,
      min: 0,
      unit: 'negatives',
      doc: 'Mixed of the query and one of them (s prime): 256 for ImageNet-1K, 512 for ImageNet-100.',
    }),
    betaMax: number({
      default: 0.5,
      min: 0,
      max: 0.5,
      open: 'min',
      unit: 'share',
      doc: 'How much of the query is in the second kind at most.',
    }),
    warmUp: integer({
      default: 15,
      min: 0,
      unit: 'epochs',
      doc: 'Epochs without synthetic negatives: 15 for ImageNet-1K, 10 for ImageNet-100.',
    }),
  }),
  draw: (_batch, { pool, count, queryCount, betaMax, warmUp }, random, { epoch }): MochiDraw | null => {
    const seed = seedOf(random); // one draw in every epoch
    return epoch < warmUp || count + queryCount === 0 ? null : { seed, pool, count, queryCount, betaMax };
  },
  apply: (batch: ContrastBatch, params) => (params === null ? batch : mixHardest(batch, mochiSynthesis(params), where)),
  pullback: (batch, params, gradients) => (params === null ? gradients : pullExtras(batch, gradients)),
  graph: { plan: (batch, params) => (params === null ? undefined : planMixing(batch, mochiSynthesis(params))) },
});

/** What MoCHi makes with these params. */
function mochiSynthesis({ seed, pool, count, queryCount, betaMax }: MochiDraw): Synthesis {
  const draws = openDraws(seed);
  const total = count + queryCount;
  return {
    ...{ count: pool, total },
    mixtures(query, available) {
      const { next, place } = draws(query, 3 * count + 2 * queryCount);
      const [first, second, weights] = [new Int32Array(total), new Int32Array(total), new Float32Array(total)];
      for (let r = 0; r < total; r++) {
        first[r] = r < count ? place(available) : -1; // the query itself
        second[r] = place(available);
        weights[r] = r < count ? next() : betaMax * next();
      }
      return { first, second, weights };
    },
  };
}
