import { tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { contentOf, firstDifference, firstNotFinite, stateOf } from './compare.ts';

const matrix = () => tensor(Float32Array.of(1, 2, 3, 4), [2, 2]);

test.each([
  ['equal numbers', 1, 1, undefined],
  ['0 and -0', 0, -0, 'value: 0 and -0'],
  ['NaN and itself', Number.NaN, Number.NaN, undefined],
  ['an element', Float32Array.of(1, 2), Float32Array.of(1, 3), 'value[1]: 2 and 3'],
  ['lengths', [1], [1, 2], 'value: 1 and 2 elements'],
  ['deep inside', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'value.a[0].b: 1 and 2'],
  ['a missing key', { a: 1 }, {}, 'value.a: 1 and undefined'],
  ['bits of a double', [0.1 + 0.2], [0.3], 'value[0]: 0.30000000000000004 and 0.3'],
])('the first difference of %s', (_, a, b, expected) => {
  expect(firstDifference(a, b)).toBe(expected);
});

test('content is what an array means, wherever it lies in memory', () => {
  const transposed = matrix().transpose(1, 0);
  expect(firstDifference(contentOf(transposed), contentOf(tensor(Float32Array.of(1, 3, 2, 4), [2, 2])))).toBeUndefined();
});

test('state is all of the memory, also outside of the view', () => {
  const whole = matrix();
  const row = whole.hi(1);
  const before = stateOf(row);
  whole.set(1, 1, 9);
  expect(firstDifference(before, stateOf(row))).toBe('value.data[3]: 4 and 9');
  expect(firstDifference(contentOf(row), contentOf(row))).toBeUndefined();
});

test('what was copied does not follow the original', () => {
  const whole = matrix();
  const [state, content] = [stateOf(whole), contentOf(whole)];
  whole.set(0, 0, 9);
  expect(firstDifference(state, stateOf(whole))).toBe('value.data[0]: 1 and 9');
  expect(firstDifference(content, contentOf(whole))).toBe('value.values[0]: 1 and 9');
});

test.each([
  [1, undefined],
  [Number.NaN, 'value: NaN'],
  [tensor(Float32Array.of(0, Number.POSITIVE_INFINITY), [2]), 'value.values[1]: Infinity'],
  [{ list: [1, { at: Number.NEGATIVE_INFINITY }] }, 'value.list.1.at: -Infinity'],
  ['text', undefined],
  [null, undefined],
])('where %o is not finite', (value, expected) => {
  expect(firstNotFinite(value)).toBe(expected);
});
