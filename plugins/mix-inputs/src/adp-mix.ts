import { defineMixer, number } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { type DecoupledDraw, mixDecoupled } from './decoupled-mixup.ts';
import { drawPartners } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';
import { labelsOf } from './labels-of.ts';

const wholeNumbers = (doc: string) => z.array(z.int().min(0)).readonly().default([]).describe(doc).meta({ unit: 'none' });

/**
 * Blends an item of an old class with one of a new class in continual learning, and shifts the weight of the labels toward the class that
 * was seen less often. Every item is mixed with a drawn one of the other sort, the old one having the same weight in all. Batches of one
 * sort alone are mixed as `enMix` does. Items must have classes (LABEL).
 */
export const adpMix = defineMixer({
  name: 'adp-mix',
  summary: 'Blend items of old and new classes, with labels balanced by how often each was seen.',
  reference: 'https://arxiv.org/abs/2303.07864',
  mixes: 'batch',
  options: z.object({
    alpha: alphaOption(1),
    oldClasses: wholeNumbers('Classes of earlier tasks, which come from the memory; all others are new.'),
    counts: wholeNumbers('How many items of each class were seen so far, by class; one that is missing or 0 counts as 1.'),
    tempering: number({
      default: 1,
      min: 0,
      max: 1,
      unit: 'exponent',
      doc: 'Power of the counts; 0 leaves the labels as the items.',
    }),
    ...viewOptions(),
  }),
  draw: forViews((batch, { alpha, oldClasses, counts, tempering }, random): DecoupledDraw => {
    const labels = [...labelsOf(batch, 'adp-mix')];
    const weight = drawWeight(betaLaw(alpha), random);
    const isOld = labels.map((label) => oldClasses.includes(label));
    const partners = drawOthers(isOld, random);
    if (partners === undefined || alpha === 0) {
      return { weights: [weight], labelWeights: [weight], partners: drawPartners('no-fixed', labels.length, random) };
    }
    const labelWeights = partners.map((partner, i) => {
      const [old, fresh] = isOld[i] ? [i, partner] : [partner, i];
      const share = balancedWeight(weight, [counts[labels[old]!] ?? 1, counts[labels[fresh]!] ?? 1], tempering);
      return isOld[i] ? share : 1 - share;
    });
    return { weights: isOld.map((own) => (own ? weight : 1 - weight)), labelWeights, partners };
  }),
  apply: whereDrawn(mixDecoupled),
});

/**
 * The label's weight of the first of two items mixed with `weight`, when n_1 and n_2 items of their classes were seen:
 * (w / n_1) / (w / n_1 + (1 - w) / n_2). Counts are raised to the power of `tempering` in [0, 1]; a count of 0 is taken as 1.
 */
export function balancedWeight(weight: number, counts: readonly [number, number], tempering = 1): number {
  const [first, second] = counts.map((count) => Math.max(1, count) ** tempering) as [number, number];
  return weight / first / (weight / first + (1 - weight) / second);
}

/** For every item one of the other sort; undefined where there is only one sort. */
function drawOthers(isOld: readonly boolean[], random: Random): number[] | undefined {
  const rowsOf = (sort: boolean): number[] => isOld.flatMap((own, i) => (own === sort ? [i] : []));
  const [old, fresh] = [rowsOf(true), rowsOf(false)];
  if (old.length === 0 || fresh.length === 0) return undefined;
  return isOld.map((own) => {
    const others = own ? fresh : old;
    return others[random.integer(0, others.length)]!;
  });
}
