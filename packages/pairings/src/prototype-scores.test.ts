import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError, matchers } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { prototypeScores } from './prototype-scores.ts';

expect.extend(matchers);

test('scores are cosines, whatever the lengths', () => {
  const { scores } = prototypeScores(rows([3, 4], [0, 2]), rows([5, 0], [0, 0.1]));
  expect(scores).toBeCloseToTensor(rows([0.6, 0.8], [0, 1]), 1e-15);
});

test('gradients go back through the lengths of both', () => {
  const [x, w] = [doubles(exampleFeatures(4, 3, 1)), doubles(exampleFeatures(2, 3, 2))];
  const weights = doubles(exampleFeatures(4, 2, 3));
  const pulled = prototypeScores(x, w).pullback(weights);
  const value = ([a, b]: readonly Features[]) => product(values(prototypeScores(a!, b!).scores), values(weights));
  expect(gradientError(value, [x, w], [pulled.features, pulled.prototypes]).worst).toBeLessThan(1e-8);
});

test('a zero row scores 0 and gets no gradient; element types are kept', () => {
  const zero = features(Float32Array.of(0, 0, 1, 0), 2, 2);
  const { scores, pullback } = prototypeScores(zero, rows([0, 3]));
  expect([...values(scores)]).toEqual([0, 0]);
  const pulled = pullback(rows([1], [1]));
  expect(values(pulled.features)).toEqual(Float32Array.of(0, 0, 0, 1));
  expect(values(pulled.prototypes)).toBeInstanceOf(Float64Array);
});

test.each([
  ['SHAPE', rows([1, 2, 3]), 'expected prototypes of [k, 2], got [1,3]'],
  ['NOT_FINITE', rows([1, Number.NaN]), 'expected finite prototypes, got others in row 0'],
])('%s', (code, prototypes, message) => {
  expect(() => prototypeScores(rows([1, 0]), prototypes)).toThrow(
    expect.objectContaining({ code, message: `prototype-scores: ${message}` }),
  );
});

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, each, i) => sum + each * b[i]!, 0);
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(given: Features): Features {
  return tensor(Float64Array.from(values(given)), given.shape);
}
