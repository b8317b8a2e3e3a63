import { features } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { annealedWeights, annealingThreshold } from './signal-annealing.ts';

test.each([
  ['linear', 0.55],
  ['exponential', 0.173876],
  ['logarithmic', 0.926124],
] as const)('halfway through with ten classes, %s', (schedule, expected) => {
  expect(annealingThreshold(0.5, 10, schedule)).toBeCloseTo(expected, 6);
});

test('it begins at chance and ends with everything', () => {
  expect([annealingThreshold(0, 4), annealingThreshold(1, 4)]).toEqual([0.25, 1]);
});

test('an item is left out as soon as its class is surer than the threshold', () => {
  const scores = features(Float64Array.of(Math.log(3), 0, 0, 0, 0, Math.log(9)), 3, 2); // 0.75, 0.5, 0.9 for the better class
  expect([...annealedWeights(scores, Int32Array.of(0, 0, 0), 0.6)]).toEqual([0, 1, 1]);
  expect([...annealedWeights(scores, Int32Array.of(1, 1, 1), 0.5)]).toEqual([1, 1, 0]);
});

test('labels outside of the classes, or too few of them, are refused', () => {
  const scores = features(new Float64Array(4), 2, 2);
  expect(() => annealedWeights(scores, Int32Array.of(0, 2), 0.5)).toThrow('expected labels in 0..1, got 2 for item 1');
  expect(() => annealedWeights(scores, Int32Array.of(0), 0.5)).toThrow('expected 2 labels, got 1');
});

test('what is no share of the training, no number of classes or no probability is refused, not answered with NaN', () => {
  for (const fraction of [-0.1, 1.1, Number.NaN])
    expect(() => annealingThreshold(fraction, 10)).toThrow(`expected a fraction in [0, 1], got ${fraction}`);
  expect(() => annealingThreshold(0.5, 0)).toThrow('expected a whole number of classes >= 1, got 0');
  const scores = features(new Float64Array(4), 2, 2);
  for (const threshold of [-0.1, 1.1, Number.NaN])
    expect(() => annealedWeights(scores, Int32Array.of(0, 1), threshold)).toThrow(
      `expected a threshold in [0, 1], got ${threshold}`,
    );
});
