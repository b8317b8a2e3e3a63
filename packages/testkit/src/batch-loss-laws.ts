import type { Batches, Loss } from '@viewforge/core';
import { expect } from 'vitest';
import { contentOf, firstDifference, firstNotFinite, stateOf } from './compare.ts';
import { lossGradientError } from './gradients.ts';
import { type Law, registerLaws } from './law.ts';

/** A batch of any type, and what is special about it. */
export interface NamedBatch<B extends keyof Batches> {
  readonly name: string;
  readonly batch: Batches[B];
  /** False where the value has a corner, so that no derivative exists there; checked when left out. */
  readonly smooth?: boolean;
}

/**
 * Registers the laws of a loss over any batch type, on batches in float64: the batch stays as it was, measuring and differentiating
 * report the same, every number is finite, `value` is the mean of `perQuery`, by the weights of the batch, where there is one, and gradients agree with central
 * differences. Losses over ContrastBatches have `obeysLossLaws`, which asks for more.
 */
export function obeysBatchLossLaws<B extends keyof Batches>(loss: Loss<B>, batches: readonly NamedBatch<B>[]): void {
  registerLaws(`${loss.name} obeys the laws of losses`, batchLossLaws(loss, batches));
}

/** The same laws as values. */
export function batchLossLaws<B extends keyof Batches>(loss: Loss<B>, batches: readonly NamedBatch<B>[]): Law[] {
  const laws: readonly (readonly [name: string, check: (each: NamedBatch<B>) => void])[] = [
    ['the batch stays as it was', ({ batch }) => untouched(loss, batch)],
    ['measuring and differentiating report the same, in finite numbers', ({ batch }) => sameReport(loss, batch)],
    ['the value is the mean of what is said of each item', ({ batch }) => isMean(loss, batch)],
    ['gradients agree with central differences', ({ batch, smooth = true }) => smooth && correctGradients(loss, batch)],
  ];
  return batches.flatMap((each) => laws.map(([law, check]) => ({ name: `${each.name}: ${law}`, check: () => void check(each) })));
}

function untouched<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B]): void {
  const before = stateOf(batch);
  loss.differentiate(batch);
  expect(firstDifference(before, stateOf(batch))).toBeUndefined();
}

function sameReport<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B]): void {
  const { gradients, ...report } = loss.differentiate(batch);
  expect(firstDifference(contentOf(loss.measure(batch)), contentOf(report))).toBeUndefined();
  expect(firstNotFinite({ value: report.value, gradients })).toBeUndefined();
}

function isMean<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B]): void {
  const { value, perQuery } = loss.measure(batch);
  const { weights } = batch as { readonly weights?: Float64Array };
  let [sum, total] = [0, 0];
  perQuery.forEach((each, item) => {
    if (Number.isNaN(each)) return;
    sum += (weights?.[item] ?? 1) * each;
    total += weights?.[item] ?? 1;
  });
  if (total === 0) return; // a loss that is no such mean, or of nothing
  const mean = sum / total;
  // a sum of a few numbers in float64, in another order
  expect(Math.abs(value - mean)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
}

function correctGradients<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B]): void {
  const { worst, where, scale } = lossGradientError(loss, batch);
  // central differences with a step of 1e-6 have about nine digits, of which a curved loss loses some
  expect(worst, `the largest difference, at ${where}`).toBeLessThanOrEqual(1e-6 * Math.max(1, scale));
}
