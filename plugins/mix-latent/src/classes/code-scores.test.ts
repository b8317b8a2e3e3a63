import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { codeScores } from './code-scores.ts';

const codes = rows([0, 0], [2, 0], [1, 3]);

test('scores are minus squared distances over the temperature', () => {
  expect([...values(codeScores(rows([1, 0]), codes, 1).scores)]).toEqual([-1, -1, -9]);
  expect(codeScores(rows([1, 0]), codes).scores.get(0, 2)).toBeCloseTo(-90, 12);
});

test('gradients agree with central differences', () => {
  const inputs = [1, 2].map((seed) => tensor(Float64Array.from(values(exampleFeatures(seed + 2, 3, seed))), [seed + 2, 3]));
  const weights = tensor(Float64Array.from(values(exampleFeatures(3, 4, 3))), [3, 4]);
  const value = ([left, right]: readonly Features[]) =>
    Float64Array.from(values(codeScores(left!, right!, 0.7).scores)).reduce(
      (sum, each, at) => sum + each * values(weights)[at]!,
      0,
    );
  const pulled = codeScores(inputs[0]!, inputs[1]!, 0.7).pullback(weights);
  expect(gradientError(value, inputs, [pulled.rows, pulled.codes]).worst).toBeLessThan(1e-7);
});

test('what does not fit is refused', () => {
  expect(() => codeScores(rows([1]), codes)).toThrow('expected codes of [n, 1], got [3,2]');
  expect(() => codeScores(rows([1, 0]), codes, 0)).toThrow('expected a temperature above 0, got 0');
  expect(() => codeScores(rows([1, Number.NaN]), codes)).toThrow('expected finite rows');
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
