import { choice, defineMixer, eachWeight, type Weights, mixBlend, type Sources } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';
import type { SumDraw } from './input-mix.ts';
import { mixSources } from './mix-rows.ts';

/** What is mixed with a negative of an anchor: one of its positives, or the anchor itself. */
export type MetricPairs = 'positive-negative' | 'anchor-negative';

/**
 * Makes examples between classes for metric learning: row i is w p + (1 - w) m with m an item of another class than item i, and p another
 * item of its class or item i itself. To the anchor i it is a positive by w and a negative by 1 - w (`mixedPairLabels`). By default the
 * keys are mixed and the queries stay clean anchors. Without classes every item is one of its own, and p item i. A row without an item of
 * another class stays as it is. Negatives are drawn; the paper takes the hardest, which only embeddings can tell.
 */
export const metrixInput = defineMixer({
  name: 'metrix-input',
  summary: 'Make examples that are partly positive and partly negative to their anchors.',
  reference: 'https://arxiv.org/abs/2106.04990',
  mixes: 'batch',
  options: z.object({
    pairs: choice(['either', 'positive-negative', 'anchor-negative'], {
      default: 'either',
      doc: 'What is mixed with a negative: a positive, the anchor, or one of both, drawn for each batch.',
    }),
    alpha: alphaOption(2),
    ...viewOptions([1]),
  }),
  draw: forViews((batch, { pairs, alpha }, random): SumDraw => {
    const weight = drawWeight(betaLaw(alpha), random);
    const either = random.chance(0.5) ? 'positive-negative' : 'anchor-negative';
    const labels = batch.labels ?? Array.from({ length: batch.values.shape[0]! }, (_, i) => i);
    return { sources: drawMetricSources(labels, pairs === 'either' ? either : pairs, weight, random) };
  }),
  apply: whereDrawn((batch, { sources }: SumDraw) => ({
    ...batch,
    values: mixSources(batch.values, sources),
    blend: mixBlend(batch.blend, sources),
  })),
});

/** What each row is mixed from: `weight` of a positive or the anchor, 1 - `weight` of a negative; each row alone where there is none. */
export function drawMetricSources(labels: ArrayLike<number>, pairs: MetricPairs, weight: number, random: Random): Sources[] {
  const rows = Array.from(labels, (_, i) => i);
  return rows.map((i) => {
    const negatives = rows.filter((j) => labels[j] !== labels[i]);
    const positives = rows.filter((j) => labels[j] === labels[i] && j !== i);
    if (negatives.length === 0) return [[i, 1]];
    const negative = negatives[random.integer(0, negatives.length)]!;
    const hasPositive = pairs === 'positive-negative' && positives.length > 0;
    const first = hasPositive ? positives[random.integer(0, positives.length)]! : i;
    return [
      [first, weight],
      [negative, 1 - weight],
    ];
  });
}

/**
 * How much each of m mixed examples is a positive of each of n anchors, [n][m] in [0, 1]: the share of the anchor's class in the example.
 * `blend` [m, k] says what examples hold of k items with these labels; the rest of 1 is the share of negatives.
 */
export function mixedPairLabels(
  anchors: ArrayLike<number>,
  blend: Weights,
  labels: ArrayLike<number>,
  m = labels.length,
): number[][] {
  return Array.from(anchors, (anchor) =>
    Array.from({ length: m }, (_, example) => {
      let share = 0;
      eachWeight(blend, example, (item, weight) => {
        if (labels[item] === anchor) share += weight;
      });
      return share;
    }),
  );
}
