import { meanDiscrepancyOf } from '@viewforge/metrics';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { discrepancyLoss } from './discrepancy-loss.ts';

const [real, generated] = [doubles(exampleFeatures(5, 3, 1)), doubles(exampleFeatures(4, 3, 2))];

test('two points at a distance of 2: 2 - 2 e^-2', () => {
  expect(discrepancyLoss(rows([0]), rows([2]), 1).value).toBeCloseTo(2 - 2 * Math.exp(-2), 12);
});

test('is what the metric calls biased', () => {
  expect(discrepancyLoss(real, generated, 1.5).value).toBeCloseTo(meanDiscrepancyOf(real, generated, 1.5).parts['biased']!, 12);
});

test('a set and itself are at 0', () => {
  const { value, gradients } = discrepancyLoss(real, real, 1);
  expect(value).toBeCloseTo(0, 12);
  expect([...values(gradients.real)].every((slope) => Math.abs(slope) < 1e-12)).toBe(true);
});

test('gradients agree with central differences', () => {
  const { gradients } = discrepancyLoss(real, generated, 1.5);
  const error = gradientError(
    ([x, y]) => discrepancyLoss(x!, y!, 1.5).value,
    [real, generated],
    [gradients.real, gradients.generated],
  );
  expect(error.worst).toBeLessThan(1e-8);
});

test('what cannot be compared is refused', () => {
  expect(() => discrepancyLoss(real, rows([1]), 1)).toThrow('expected generated rows of [n, 3], got [1,1]');
  expect(() => discrepancyLoss(real, generated, 0)).toThrow('expected a deviation above 0, got 0');
  expect(() => discrepancyLoss(real, features(new Float64Array(0), 0, 3), 1)).toThrow('expected rows in both sets, got 5 and 0');
  expect(() => discrepancyLoss(rows([Number.NaN]), rows([1]), 1)).toThrow('expected finite real rows');
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(of: Features): Features {
  return tensor(Float64Array.from(values(of)), of.shape);
}
