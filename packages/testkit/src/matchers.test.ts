import { tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleFeatures } from './example-features.ts';
import { matchers } from './matchers.ts';

expect.extend(matchers);

test('numbers within the tolerance are close, and NaN to NaN', () => {
  expect(Float32Array.of(0.1, Number.NaN)).toBeCloseToTensor([0.1 + 5e-7, Number.NaN]);
  expect([1000]).toBeCloseToTensor([1000.5], { relative: 1e-3 });
  expect([1]).not.toBeCloseToTensor([1.1], { absolute: 0.01, relative: 0.01 });
  expect([Number.NaN]).not.toBeCloseToTensor([0], 1e9);
});

test('what is wrong is said: the place and both numbers', () => {
  expect(() => expect([1, 2]).toBeCloseToTensor([1, 3])).toThrow('expected 3 at 1, got 2 (off by 1)');
  expect(() => expect([1]).toBeCloseToTensor([1, 3])).toThrow('expected 2 elements, got 1');
  const row = tensor(new Float32Array(2), [1, 2]);
  expect(() => expect(row).toBeCloseToTensor(tensor(new Float32Array(2), [2, 1]))).toThrow('expected shape [2,1], got [1,2]');
});

test('a loss matches by its value and the gradients that are named', () => {
  const found = { value: 2, gradients: { queries: exampleFeatures(1, 2) } };
  const queries = [...exampleFeatures(1, 2).data];
  expect(found).toMatchLoss({ value: 2, queries });
  expect(found).not.toMatchLoss({ value: 2.1 });
  expect(() => expect(found).toMatchLoss({ value: 2, queries: [queries[0]!, 9] })).toThrow('queries: expected 9 at 1');
  expect(() => expect(found).toMatchLoss({ value: 2, keys: [[1]] })).toThrow('keys 0: expected a gradient, got none');
});
