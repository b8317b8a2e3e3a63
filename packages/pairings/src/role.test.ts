import type { EncodedViews } from '@viewforge/core';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';
import { byLabel } from './by-label.ts';
import { inBatch } from './in-batch.ts';
import { queue } from './queue.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };
const encoded = (second: readonly [number, number]): EncodedViews => ({
  items: [{ id: 'a' }, { id: 'b' }],
  views: {
    view: [exampleFeatures(2, 3), exampleFeatures(...second)].map((features) => ({ features, blend: { kind: 'identity' } })),
  },
});

test.each([
  ['in-batch', inBatch()],
  ['both-ways', bothWays()],
  ['by-label', byLabel()],
  ['queue', queue({ capacity: 4 })],
] as const)('%s refuses a view with another number of rows than there are items, or of another width', (name, pairing) => {
  const pair = (shape: readonly [number, number]) => () => pairing.pair(encoded(shape), pairing.start() as never, progress);
  expect(pair([3, 3])).toThrow(`${name}: expected view 1 of role "view" to be [2, 3], got [3,3]`);
  expect(pair([2, 4])).toThrow('to be [2, 3], got [2,4]');
  expect(pair([2, 3])).not.toThrow();
});
