import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { classSeparationOf } from '../index.ts';

test('classes of one direction each are fully apart', () => {
  expect(classSeparationOf(rows([1, 0], [2, 0], [0, 1]), [0, 0, 1])).toEqual({
    value: 1,
    n: 3,
    parts: { within: 0, total: 0.5, classes: 2 },
    notes: [],
  });
});

test('classes of the same rows are not apart at all', () => {
  expect(classSeparationOf(rows([1, 0], [0, 1], [1, 0], [0, 1]), [0, 0, 1, 1]).value).toBeCloseTo(0, 12);
});

test('it agrees with mean distances over pairs of rows, classes of any size counting alike', () => {
  const x = exampleFeatures(7, 3);
  const labels = [0, 1, 0, 2, 1, 0, 0];
  const distance = (i: number, j: number) => {
    const dot = (p: number, q: number) => [0, 1, 2].reduce((sum, e) => sum + x.get(p, e) * x.get(q, e), 0);
    return 1 - dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j));
  };
  const members = [0, 1, 2].map((label) => labels.flatMap((each, i) => (each === label ? [i] : [])));
  const between = (a: readonly number[], b: readonly number[]) =>
    a.flatMap((i) => b.map((j) => distance(i, j))).reduce((sum, each) => sum + each, 0) / (a.length * b.length);
  const within = members.reduce((sum, each) => sum + between(each, each), 0) / 3;
  const total = members.flatMap((a) => members.map((b) => between(a, b))).reduce((sum, each) => sum + each, 0) / 9;
  expect(classSeparationOf(x, labels).value).toBeCloseTo(1 - within / total, 12);
});

test('rows of length 0 and rows without a class are left out', () => {
  const found = classSeparationOf(rows([1, 0], [0, 0], [0, 1], [1, 1]), [0, 0, 1, -1]);
  expect(found).toMatchObject({ value: 1, n: 2, notes: ['1 rows of length 0 were left out'] });
});

test.each([
  ['one class', rows([1, 0], [0, 1]), [0, 0], 'class separation needs two classes'],
  ['one direction', rows([1, 0], [2, 0]), [0, 1], 'all rows have one direction'],
  ['NaN', rows([Number.NaN, 0], [2, 0]), [0, 1], 'features are not all finite numbers within 1e70'],
])('%s: NaN with a note', (_, x, labels, note) => {
  expect(classSeparationOf(x, labels)).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
});

test('every row needs a label', () => {
  expect(() => classSeparationOf(rows([1, 0]), [])).toThrow('class-separation: expected 1 labels, one a row, got 0');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
