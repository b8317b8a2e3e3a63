import { type EncodedView, sparseWeights } from '@viewforge/core';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { queue } from './queue.ts';
import { queueLikes } from './queue-likes.ts';

const items = [
  { id: 'a', label: 1 },
  { id: 'b', label: 1 },
  { id: 'c', label: 2 },
];
const at = { epoch: 0, step: 0, fraction: 0 };
const plain: EncodedView = { features: exampleFeatures(3), blend: { kind: 'identity' } };
const { state } = queue({ capacity: 4, startRandom: false }).pair(
  { items, views: { view: [plain, plain] } },
  queue().start(),
  at,
);

test('a row that mixes two items of one class names each key of that class once, not once for each item', () => {
  const blend = sparseWeights([
    [
      [0, 0.5],
      [1, 0.5],
    ],
    [[1, 1]],
    [
      [0, 0.5],
      [2, 0.5],
    ],
  ]);
  const likes = queueLikes(state, { items, views: {} }, { ...plain, blend }, 'labels')!;
  expect([...likes.offsets]).toEqual([0, 2, 4, 7]);
  expect([...likes.columns]).toEqual([0, 1, 0, 1, 0, 1, 2]);
});

test('nothing alike is undefined', () => {
  expect(queueLikes(state, { items, views: {} }, plain, 'nothing')).toBeUndefined();
  const others = items.map((_, i) => ({ id: `other ${i}` }));
  expect(queueLikes(state, { items: others, views: {} }, plain, 'ids')).toBeUndefined();
});
