import { expect, test } from 'vitest';
import { createTrainingStability, type TrainingStep } from '../index.ts';

const steps: readonly TrainingStep[] = [
  { loss: 4, gradientNorm: 2 },
  { loss: 3, gradientNorm: 10, clipped: true },
  { loss: Number.NaN, gradientNorm: Number.POSITIVE_INFINITY, skipped: true },
  { loss: 2, gradientNorm: 6, clipped: true, skipped: true },
];

test('four steps, one of which broke', () => {
  expect(stabilityOf(steps, 0.5)).toEqual({
    loss: expect.closeTo((4 * 0.25 + 3 * 0.5 + 2) / 1.75, 12),
    gradientNorm: expect.closeTo((2 * 0.25 + 10 * 0.5 + 6) / 1.75, 12),
    meanGradientNorm: expect.closeTo(6, 12),
    largestGradientNorm: 10,
    clippedShare: 0.5,
    skippedShare: 0.5,
    brokenShare: 0.25,
    n: 4,
    notes: ['1 steps had a loss or a gradient that is not finite'],
  });
});

test('before the first step there is nothing to say', () => {
  expect(stabilityOf([])).toMatchObject({
    loss: Number.NaN,
    largestGradientNorm: Number.NaN,
    clippedShare: Number.NaN,
    n: 0,
    notes: ['stability needs a step'],
  });
});

test.each([0, 1, 2, 3])('cut after %i of 4 steps and merged in order, it is the same', (cut) => {
  const [first, second] = [createTrainingStability(0.5), createTrainingStability(0.5)];
  for (const [i, step] of steps.entries()) (i < cut ? first : second).add(step);
  first.merge(second);
  const { notes, ...numbers } = stabilityOf(steps, 0.5);
  const { notes: found, ...merged } = first.result();
  expect(found).toEqual(notes);
  expect(merged).toEqual(Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, expect.closeTo(value, 12)])));
});

function stabilityOf(all: readonly TrainingStep[], momentum?: number) {
  const stability = createTrainingStability(momentum);
  for (const step of all) stability.add(step);
  return stability.result();
}
