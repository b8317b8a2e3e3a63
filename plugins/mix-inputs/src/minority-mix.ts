import { defineMixer, integer } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { alphaOption, betaLaw, drawWeights } from './draw-weights.ts';
import { labelsOf } from './labels-of.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/**
 * Blends items of one object with others of it that have a rare attribute, for compositional recognition. A class is a pair of both, the
 * number `object * attributes + attribute`. Partners come from the batch: an attribute other than the item's own among those that its
 * object has there, the likelier the rarer, then any item with both; any item with the object, maybe itself, where it has no other
 * attribute. Items must have classes (LABEL).
 */
export const minorityMix = defineMixer({
  name: 'minority-mix',
  summary: 'Blend items of one object with others of it that have a rare attribute.',
  reference: 'https://arxiv.org/abs/2308.04016',
  mixes: 'batch',
  options: z.object({
    attributes: integer({ default: 1, min: 1, unit: 'attributes', doc: 'How many attributes there are.' }),
    counts: z
      .array(z.int().min(0))
      .readonly()
      .default([])
      .describe('How many items of each class the data hold, by class; one that is missing counts as often as the batch has it.')
      .meta({ unit: 'items' }),
    alpha: alphaOption(1),
    ...viewOptions(),
  }),
  draw: forViews((batch, { attributes, counts, alpha }, random): PairDraw => {
    const labels = labelsOf(batch, 'minority-mix');
    const partners = Array.from(labels, (_, i) => drawMinorityPartner({ labels, attributes, counts }, i, random));
    return { partners, weights: drawWeights(betaLaw(alpha), labels.length, random) };
  }),
  apply: whereDrawn(mixPairs),
});

/** Items with an object and an attribute each. */
export interface Compositions {
  /** `object * attributes + attribute` of each item. */
  readonly labels: ArrayLike<number>;
  readonly attributes: number;
  /** How often each label occurs in the data; labels that are missing are counted in `labels`. */
  readonly counts?: readonly number[];
}

/**
 * The partner of item i: an item with its object and another attribute, which is drawn by `minorityWeights` of how often object and
 * attribute occur together; any item with its object where there is no other attribute.
 */
export function drawMinorityPartner({ labels, attributes, counts = [] }: Compositions, i: number, random: Random): number {
  const own = labels[i]!;
  const related = new Map<number, number[]>();
  for (let j = 0; j < labels.length; j++) {
    const label = labels[j]!;
    if (Math.floor(label / attributes) === Math.floor(own / attributes)) related.set(label, [...(related.get(label) ?? []), j]);
  }
  const others = [...related.keys()].filter((label) => label !== own).sort((a, b) => a - b);
  const weights = minorityWeights(others.map((label) => counts[label] ?? related.get(label)!.length));
  const chosen = others[pick(weights, random.uniform(0, 1))] ?? own;
  const rows = related.get(chosen)!;
  return rows[random.integer(0, rows.length)]!;
}

/** Weights that sum to 1, in inverse proportion to counts; a count of 0 is taken as 1. */
export function minorityWeights(counts: readonly number[]): number[] {
  const inverse = counts.map((count) => 1 / Math.max(1, count));
  const sum = inverse.reduce((total, each) => total + each, 0);
  return inverse.map((each) => each / sum);
}

/** The interval of [0, 1), cut into pieces of these lengths, in which `at` lies. */
function pick(weights: readonly number[], at: number): number {
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight;
    if (at < sum) return i;
  }
  return weights.length - 1;
}
