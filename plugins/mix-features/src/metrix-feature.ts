import { choice, defineMixer, eachWeight, number, sparseWeights, type ViewBatch, type Weights } from '@viewforge/core';
import { beta, type Random } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { z } from 'zod';

/** What `metrixFeature` draws: null for views that stay clean. Item i becomes weight * first + (1 - weight) * negative. */
export type MetrixFeatureDraw = {
  readonly stage: number;
  readonly weight: number;
  readonly firsts: readonly number[];
  readonly negatives: readonly number[];
} | null;

/**
 * Metrix in hidden layers: what goes into a drawn stage of the encoder is w p + (1 - w) m for item i, with m an item of another class and p another item
 * of its class or item i itself. Stage 0 is the input, as in `metrix-input`, and the number of stages the embedding; an encoder without stages
 * is mixed at its input or its embedding. The batch's `blend` tells pairings and losses what is in each row. Without classes every
 * item is one of its own, and p is item i. An item without one of another class stays as it is.
 *
 * By default view 1 is mixed, the keys of `in-batch`, and the queries stay clean anchors. Draws the stage, the weight, the kind of pairs, and for each
 * item its negative and then its positive. Gradients through the encoder are not known here.
 */
export const metrixFeature = defineMixer({
  name: 'metrix-feature',
  summary: 'Make hidden states that are partly positive and partly negative to their anchors (Metrix).',
  reference: 'https://arxiv.org/abs/2106.04990',
  mixes: 'batch',
  options: z.object({
    pairs: choice(['either', 'positive-negative', 'anchor-negative'], {
      default: 'either',
      doc: 'What is mixed with a negative: a positive, the anchor, or one of both, drawn for each batch.',
    }),
    alpha: number({ default: 2, min: 0, max: 1e6, unit: 'none', doc: 'The weight is drawn from Beta(alpha, alpha).' }),
    stages: z
      .array(z.int().min(0))
      .readonly()
      .default([])
      .describe(
        'Stages to choose from, the number of stages being the embedding; when empty, all but the input, and the embedding.',
      )
      .meta({ unit: 'none' }),
    views: z
      .array(z.int().min(0))
      .readonly()
      .default([1])
      .describe(
        'Indices of the views that are mixed, each by draws of its own, while the others stay clean; all of them when empty.',
      )
      .meta({ unit: 'none' }),
  }),
  draw(batch: ViewBatch, { pairs, alpha, stages, views }, random, context): MetrixFeatureDraw {
    if (views.length > 0 && context.index !== undefined && !views.includes(context.index)) return null;
    const count = context.stages ?? 1;
    const eligible = stages.length > 0 ? stages : Array.from({ length: count }, (_, stage) => stage + 1);
    const stage = eligible[random.integer(0, eligible.length)]!;
    const weight = beta(random, alpha, alpha);
    const either = random.chance(0.5) ? 'positive-negative' : 'anchor-negative';
    const labels = batch.labels ?? Array.from({ length: batch.values.shape[0]! }, (_, i) => i);
    const isPositive = (pairs === 'either' ? either : pairs) === 'positive-negative';
    return { stage, weight, ...drawPartners(labels, isPositive, random) };
  },
  apply: (batch: ViewBatch, params: MetrixFeatureDraw) => (params === null ? batch : mixed(batch, params)),
  stageOf: (params) => params?.stage ?? 0,
});

/** A negative of each item, and what it is mixed with; both the item itself where there is no negative. */
function drawPartners(labels: ArrayLike<number>, isPositive: boolean, random: Random): { firsts: number[]; negatives: number[] } {
  const rows = Array.from(labels, (_, i) => i);
  const firsts = [...rows];
  const negatives = rows.map((i) => {
    const others = rows.filter((j) => labels[j] !== labels[i]);
    const like = rows.filter((j) => labels[j] === labels[i] && j !== i);
    if (others.length === 0) return i;
    const negative = others[random.integer(0, others.length)]!;
    if (isPositive && like.length > 0) firsts[i] = like[random.integer(0, like.length)]!;
    return negative;
  });
  return { firsts, negatives };
}

function mixed(batch: ViewBatch, { weight, firsts, negatives }: NonNullable<MetrixFeatureDraw>): ViewBatch {
  const from = values(batch.values);
  const to = from.slice();
  const size = from.length / Math.max(1, firsts.length);
  for (const [i, first] of firsts.entries()) {
    const negative = negatives[i]!;
    if (first === negative) continue;
    for (let e = 0; e < size; e++)
      to[i * size + e] = weight * from[first * size + e]! + (1 - weight) * from[negative * size + e]!;
  }
  return { ...batch, values: tensor(to, [...batch.values.shape]), blend: mixedBlend(batch.blend, weight, firsts, negatives) };
}

function mixedBlend(blend: Weights, weight: number, firsts: readonly number[], negatives: readonly number[]): Weights {
  const rows = firsts.map((first, i) => {
    const shares = new Map<number, number>();
    const take = (row: number, share: number): void => {
      eachWeight(blend, row, (item, own) => {
        if (share * own !== 0) shares.set(item, (shares.get(item) ?? 0) + share * own);
      });
    };
    if (first === negatives[i]) take(first, 1);
    else {
      take(first, weight);
      take(negatives[i]!, 1 - weight);
    }
    return [...shares];
  });
  return rows.every((row, i) => row.length === 1 && row[0]![0] === i) ? { kind: 'identity' } : sparseWeights(rows);
}
