import { type Features, features, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { pullCovariance, startCovariance, updateCovariance } from './class-covariance.ts';
import { classMeans, covarianceSeparation } from './covariance-separation.ts';

const [identity, tilted] = [rows([1, 0], [0, 1]), rows([1, 0.5], [0.5, 1])];

test('the worked example: a distance of 0.105573, once for each pair', () => {
  expect(covarianceSeparation([identity, tilted], rows([1, 0], [1, 0])).value).toBeCloseTo(-0.105573, 6);
  expect(covarianceSeparation([identity, tilted], rows([0.5, 0.5], [1, 0])).value).toBeCloseTo(-0.105573 / 2, 6);
});

test('classes that nobody confuses, and covariances of one direction, are worth 0', () => {
  expect(covarianceSeparation([identity, tilted], rows([1, 0], [0, 1])).value).toBeCloseTo(0, 12);
  const larger = tensor(values(tilted).map((each) => 3 * each) as Float64Array, [2, 2]);
  expect(covarianceSeparation([larger, tilted], rows([1, 0], [1, 0])).value).toBeCloseTo(0, 12);
});

test.each([
  ['matrices', [3, 3]],
  ['diagonals', [3]],
])('gradients agree with central differences for %s', (_, shape) => {
  const size = shape.length === 1 ? 1 : 3;
  const covariances = [1, 2, 3].map((seed) => tensor(Float64Array.from(values(exampleFeatures(size, 3, seed))), shape));
  const scores = rows([0.7, 0.3], [0.4, 0.6], [0.1, 0.9]);
  const { gradients } = covarianceSeparation(covariances, scores);
  const error = gradientError((moved: readonly Tensor[]) => covarianceSeparation(moved, scores).value, covariances, gradients);
  expect(error.worst).toBeLessThan(1e-7);
});

test('gradients reach the rows through the statistics', () => {
  const batch = tensor(Float64Array.from(values(exampleFeatures(8, 3, 4))), [8, 3]);
  const labels = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1);
  const scores = rows([0.7, 0.3], [0.4, 0.6], [0.1, 0.9]);
  const start = updateCovariance(
    startCovariance(3, 3),
    tensor(Float64Array.from(values(exampleFeatures(3, 3, 5))), [3, 3]),
    Int32Array.of(0, 1, 2),
  );
  const at = (moved: Features) => covarianceSeparation(updateCovariance(start, moved, labels).covariances, scores);
  const gradient = pullCovariance(start, batch, labels, at(batch).gradients);
  expect(gradientError(([moved]) => at(moved!).value, [batch], [gradient]).worst).toBeLessThan(1e-7);
});

test('a class without covariance is at distance 1 from every other and has no gradient', () => {
  const { value, gradients } = covarianceSeparation([tensor(new Float64Array(4), [2, 2]), tilted], rows([1, 0], [1, 0]));
  expect(value).toBe(-1);
  expect(gradients.flatMap((each) => [...values(each)])).toEqual(Array(8).fill(0));
});

test('covariances of different shapes, and scores of another number, are refused', () => {
  expect(() => covarianceSeparation([identity, rows([1])], rows([1], [1]))).toThrow('got [1,1] for class 1');
  expect(() => covarianceSeparation([identity, tilted], rows([1]))).toThrow(
    'expected scores of [2, k], one row a class, got [1,1]',
  );
});

test('means by class', () => {
  expect([...values(classMeans(rows([1, 0], [0, 1], [0.5, 0.5]), Int32Array.of(0, 2, 0), 3))]).toEqual([0.75, 0.25, 0, 0, 0, 1]);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
