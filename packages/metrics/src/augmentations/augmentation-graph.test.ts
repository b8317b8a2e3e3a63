import { type Features, features, values } from '@viewforge/tensor';
import { axes } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { augmentationGraph, maskingComplexity, overlapOf } from '../index.ts';

test('two items that share one of two views', () => {
  const { report, kernel, eigenvalues } = augmentationGraph(rows([0.5, 0.5, 0], [0, 0.5, 0.5]));
  expect(report).toEqual({ value: expect.closeTo(1.5, 12), n: 2, parts: { pieces: 1, overlap: 0.5 }, notes: [] });
  expect([...values(kernel)]).toEqual([1.5, 0.5, 0.5, 1.5].map((each) => expect.closeTo(each, 12)));
  expect([...eigenvalues]).toEqual([1, 0.5].map((each) => expect.closeTo(each, 12)));
  expect(overlapOf([0.5, 0.5, 0], [0, 0.5, 0.5])).toBe(0.5);
});

test('items with the same views have complexity 1, items with their own as many as they are', () => {
  expect(augmentationGraph(rows([0.25, 0.75], [0.25, 0.75], [0.25, 0.75])).report).toMatchObject({
    value: expect.closeTo(1, 12),
    parts: { pieces: 1, overlap: expect.closeTo(1, 12) },
  });
  expect(augmentationGraph(axes(4)).report).toMatchObject({ value: expect.closeTo(4, 12), parts: { pieces: 4, overlap: 0 } });
});

test('items joined by a third are one piece', () => {
  const chain = rows([0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0.5, 0.5]);
  expect(augmentationGraph(chain).report.parts['pieces']).toBe(1);
  const apart = rows([0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]);
  expect(augmentationGraph(apart).report.parts['pieces']).toBe(2);
});

test.each([
  [4, 0.5, 5.0625],
  [3, 0.2, 1.8 ** 3],
  [2, 0, 4],
  [5, 1, 1],
])('hiding each of %i binary features with probability %d has complexity %d', (d, rate, expected) => {
  expect(maskingComplexity(d, rate)).toBeCloseTo(expected, 12);
});

test.each([0, 0.3, 0.5, 1])('the closed form for a rate of %d is that of all items and all masks', (rate) => {
  const d = 3;
  // a view is a code of d digits: 0 or 1, or 2 where it is hidden
  const data = new Float64Array(2 ** d * 3 ** d);
  for (let item = 0; item < 2 ** d; item++) {
    for (let mask = 0; mask < 2 ** d; mask++) {
      let [view, share] = [0, 1];
      for (let digit = 0; digit < d; digit++) {
        const isHidden = ((mask >> digit) & 1) === 1;
        view = view * 3 + (isHidden ? 2 : (item >> digit) & 1);
        share *= isHidden ? rate : 1 - rate;
      }
      data[item * 3 ** d + view]! += share;
    }
  }
  const { report, eigenvalues } = augmentationGraph(features(data, 2 ** d, 3 ** d));
  expect(report.value).toBeCloseTo(maskingComplexity(d, rate), 12);
  expect(eigenvalues[0]).toBeCloseTo(1, 12);
});

test('rows are brought to sum 1, views that nobody has drop out, items without a view are left out', () => {
  const { report, kernel } = augmentationGraph(rows([1, 1, 0, 0], [0, 0, 0, 0], [0, 3, 3, 0]));
  expect(report).toEqual({
    value: expect.closeTo(1.5, 12),
    n: 2,
    parts: { pieces: 1, overlap: 0.5 },
    notes: ['1 items without a view were left out'],
  });
  expect(kernel.shape).toEqual([2, 2]);
});

test('nothing, and what is no share, has a note', () => {
  expect(augmentationGraph(features(new Float64Array(0), 0, 3)).report.notes).toEqual([
    'an augmentation graph needs an item with a view',
  ]);
  for (const broken of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(augmentationGraph(rows([broken, 1])).report).toEqual({
      value: Number.NaN,
      n: 0,
      parts: {},
      notes: ['shares are not all finite and at least 0'],
    });
  }
  expect(augmentationGraph(rows([1, 2])).report).toMatchObject({ value: expect.closeTo(1, 12), parts: { pieces: 1 } });
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
