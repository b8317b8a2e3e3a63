import { type Features, features } from '@viewforge/tensor';
import { axes } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { classSeparationOf, outputTable, weightProfileOf } from '../index.ts';

// a head that keeps one direction of the backbone's three
const backbone = rows([3, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]);
const head = rows([1, 0], [0.2, 0], [-0.1, 0], [0.5, 0]);
const labels = [0, 1, 1, 0];

test('each output stands beside the first', () => {
  const [first, second] = outputTable({ backbone, head }, labels);
  expect(first).toMatchObject({ name: 'backbone', width: 3, rankRatio: 1, separationRatio: 1, n: 4, notes: [] });
  expect(second!.rankMe).toBeCloseTo(1, 4); // 1e-7 is added to each share
  expect(second!.rankRatio).toBeCloseTo(second!.rankMe / first!.rankMe, 12);
  expect(second!.classSeparation).toBe(classSeparationOf(head, labels).value);
  expect(second!.separationRatio).toBeCloseTo(second!.classSeparation / first!.classSeparation, 12);
});

test('the profile is singular values as shares of the largest', () => {
  expect([...weightProfileOf(rows([0, 4, 0], [0, 0, 1], [2, 0, 0]))]).toEqual(
    [1, 0.5, 0.25].map((each) => expect.closeTo(each, 12)),
  );
  expect([...outputTable({ flat: axes(3) })[0]!.weightProfile]).toEqual([1, 1, 1].map((each) => expect.closeTo(each, 12)));
});

test('without labels there is no separation', () => {
  expect(outputTable({ backbone })[0]).toMatchObject({ classSeparation: Number.NaN, separationRatio: Number.NaN, notes: [] });
});

test.each([
  ['no rows', features(new Float64Array(0), 0, 2)],
  ['zeros', rows([0, 0], [0, 0])],
  ['NaN', rows([Number.NaN, 0], [1, 0])],
])('%s have no rank, with a note', (_, x) => {
  const [row] = outputTable({ x });
  expect(row!.rankMe).toBeNaN();
  expect(row!.notes).toEqual(['there is no rank of no rows, of zeros, or of numbers that are not finite']);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
