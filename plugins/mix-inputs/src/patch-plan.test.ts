import { eachWeight } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { drawPatchPlan, homologousTargets, rotatePatchPlan } from './patch-plan.ts';

const sorted = (of: readonly number[]) => [...of].sort((a, b) => a - b);

test('4 items of 8 patches make one image of 2 patches each, every place used once', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { members, sources } = drawPatchPlan(4, 4, 8, createRandom(seed));
    expect(members).toEqual([[0, 1, 2, 3]]);
    expect(sources).toHaveLength(1);
    expect(sorted(sources[0]!)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  }
});

test('every place is from every member equally often', () => {
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 800; seed++) {
    const source = drawPatchPlan(4, 4, 8, createRandom(seed)).sources[0]![5]!;
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  for (let member = 0; member < 4; member++) {
    expect(Math.abs(counts.get(member)! - 200)).toBeLessThan(5 * Math.sqrt(800 * 0.25 * 0.75));
  }
});

test('groups have places of their own', () => {
  const { sources } = drawPatchPlan(8, 4, 16, createRandom(1));
  expect(sources[0]).not.toEqual(sources[1]);
});

test.each([
  [
    6,
    4,
    [
      [0, 1, 2, 3],
      [4, 5, 0, 1],
    ],
  ],
  [
    5,
    2,
    [
      [0, 1],
      [2, 3],
      [4, 0],
    ],
  ],
  [1, 3, [[0, 0, 0]]],
  [2, 1, [[0], [1]]],
] as const)('%d items in groups of %d: the last group is filled up from the start', (n, group, members) => {
  expect(drawPatchPlan(n, group, 4, createRandom(1)).members).toEqual(members);
});

test('7 patches of 2 items are 4 and 3', () => {
  expect(sorted(drawPatchPlan(2, 2, 7, createRandom(3)).sources[0]!)).toEqual([0, 0, 0, 0, 1, 1, 1]);
});

test('the images of a group show every patch of every member once', () => {
  const plan = rotatePatchPlan(drawPatchPlan(8, 4, 12, createRandom(2)), 8);
  expect(plan.members).toEqual([...Array(4).fill([0, 1, 2, 3]), ...Array(4).fill([4, 5, 6, 7])]);
  for (const first of [0, 4]) {
    for (let patch = 0; patch < 12; patch++) {
      expect(sorted([0, 1, 2, 3].map((r) => plan.sources[first + r]![patch]!))).toEqual([0, 1, 2, 3]);
    }
  }
  for (const sources of plan.sources) expect(sorted(sources)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
});

test('an incomplete group has as many images as it has items of its own', () => {
  const plan = rotatePatchPlan(drawPatchPlan(5, 4, 8, createRandom(2)), 5);
  expect(plan.members).toHaveLength(5);
  expect(plan.members[4]).toEqual([4, 0, 1, 2]);
});

test('patches belong in equal parts to the others of the same item, and never to themselves', () => {
  const { targets, excluded } = homologousTargets([1, 0, 1, 1, 2]);
  const rows = Array.from({ length: 5 }, (_, row) => {
    const weights = [0, 0, 0, 0, 0];
    eachWeight(targets, row, (column, weight) => {
      weights[column] = weight;
    });
    return weights;
  });
  expect(excluded).toEqual({ kind: 'self' });
  expect(rows).toEqual([
    [0, 0, 0.5, 0.5, 0],
    [0, 0, 0, 0, 0],
    [0.5, 0, 0, 0.5, 0],
    [0.5, 0, 0.5, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
});
