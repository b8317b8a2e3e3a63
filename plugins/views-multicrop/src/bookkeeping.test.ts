import { drawViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { crossViewTerms, dino, equalSizes, swav } from './index.ts';

test.each([
  ['SwAV, 2 + 6 crops', 8, 14],
  ['DINO, 2 + 8 crops', 10, 18],
  ['two views', 2, 2],
])('%s: each target meets every view but itself', (_, views, count) => {
  const terms = crossViewTerms(views);
  expect(terms.length).toBe(count);
  expect(new Set(terms.map(({ target, prediction }) => `${target} ${prediction}`)).size).toBe(count);
  expect(terms.every(({ target, prediction }) => target < 2 && prediction < views && target !== prediction)).toBe(true);
});

test('two views are the usual two terms', () => {
  expect(crossViewTerms(2)).toEqual([
    { target: 0, prediction: 1 },
    { target: 1, prediction: 0 },
  ]);
});

test('one target of three views', () => {
  expect(crossViewTerms(3, [2])).toEqual([
    { target: 2, prediction: 0 },
    { target: 2, prediction: 1 },
  ]);
});

test.each([[[0, 0]], [[3]], [[-1]], [[0.5]]])('targets %j of three views are refused', (targets) => {
  expect(() => crossViewTerms(3, targets)).toThrow(RangeError);
});

test.each([
  ['SwAV', swav(), [{ from: 0, count: 2, side: 224 }, { from: 2, count: 6, side: 96 }]], // biome-ignore format: a table
  ['DINO', dino(), [{ from: 0, count: 2, side: 224 }, { from: 2, count: 8, side: 96 }]], // biome-ignore format: a table
])('the crops of %s are two batches for an encoder', (_, plan, expected) => {
  const shapes = drawViews({ id: 'item', shape: [3, 300, 400] }, plan, createRandom(1), { epoch: 0, fraction: 0 }).map(
    ({ role, index, params }) => {
      const { augment } = plan.groups.find(
        (each) => each.role === role && index >= (each.from ?? 0) && index < (each.from ?? 0) + each.count,
      )!;
      return augment.reshape([3, 300, 400], params);
    },
  );
  expect(equalSizes(shapes)).toEqual(expected.map(({ from, count, side }) => ({ from, count, shape: [3, side, side] })));
});

test('only neighbors are taken together, so that order is kept', () => {
  const runs = equalSizes([
    [3, 8, 8],
    [3, 4, 4],
    [3, 4, 4],
    [3, 8, 8],
    [3, 8],
    [3, 8, 9],
  ]);
  expect(runs.map(({ from, count }) => [from, count])).toEqual([[0, 1], [1, 2], [3, 1], [4, 1], [5, 1]]); // biome-ignore format: pairs
  expect(equalSizes([])).toEqual([]);
});
