import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { combineLabels, labelSets, labelsIn } from './label-sets.ts';

const [a, b] = [labelSets([[0, 2]], 4), labelSets([[2, 3]], 4)];

test.each([
  ['subtract', [0]],
  ['intersect', [2]],
  ['unite', [0, 2, 3]],
] as const)('{0, 2} %s {2, 3} is %j', (operation, expected) => {
  expect(labelsIn(combineLabels(a, b, operation), 4)).toEqual([expected]);
});

test('sets of any labels obey I + S = A, U = S + B and |U| = |A| + |B| - |I|; with itself S is empty and I = U = A', () => {
  const random = createRandom(1);
  const sets = () => Uint8Array.from({ length: 60 }, () => Number(random.chance(0.4)));
  const [left, right] = [sets(), sets()];
  const [s, i, u] = (['subtract', 'intersect', 'unite'] as const).map((operation) => combineLabels(left, right, operation)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const count = (set: Uint8Array) => set.reduce((sum, mark) => sum + mark, 0);
  expect(i.map((mark, at) => mark + s[at]!)).toEqual(left);
  expect(s.map((mark, at) => mark + right[at]!)).toEqual(u);
  expect(count(u)).toBe(count(left) + count(right) - count(i));
  expect(count(combineLabels(left, left, 'subtract'))).toBe(0);
  expect(combineLabels(left, left, 'intersect')).toEqual(left);
  expect(combineLabels(left, left, 'unite')).toEqual(left);
});

test('the lists come back as they were given', () => {
  expect(labelsIn(labelSets([[3, 1], [], [0]], 4), 4)).toEqual([[1, 3], [], [0]]);
});

test('what is no set is refused', () => {
  expect(() => labelSets([[0], [4]], 4)).toThrow('expected classes from 0 to 3, got 4 in set 1');
  expect(() => combineLabels(a, Uint8Array.of(0, 2, 0, 0), 'unite')).toThrow('expected marks of 0 and 1 in b, got 2');
  expect(() => combineLabels(a, Uint8Array.of(1), 'unite')).toThrow('expected sets of one size, got 4 and 1 marks');
});
