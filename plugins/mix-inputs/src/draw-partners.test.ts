import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { drawPartners, partnerKinds } from './draw-partners.ts';

const draws = (kind: (typeof partnerKinds)[number], n: number) =>
  Array.from({ length: 200 }, (_, seed) => drawPartners(kind, n, createRandom(seed)));

test.each([
  ['reversed', 4, [3, 2, 1, 0]],
  ['reversed', 5, [4, 3, 2, 1, 0]],
  ['halves', 6, [3, 4, 5, 0, 1, 2]],
  ['halves', 5, [2, 3, 0, 1, 4]],
  ['next', 3, [1, 2, 0]],
] as const)('%s of %d items', (kind, n, expected) => {
  expect(drawPartners(kind, n, createRandom(1))).toEqual(expected);
});

test.each(partnerKinds)('%s: everyone is the partner of one item, and a single item its own', (kind) => {
  for (const order of draws(kind, 7)) expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(drawPartners(kind, 1, createRandom(1))).toEqual([0]);
});

test('no-fixed: nobody meets itself, in any of two hundred draws, also for two items', () => {
  for (const n of [2, 3, 7]) {
    for (const order of draws('no-fixed', n)) expect(order.every((partner, i) => partner !== i)).toBe(true);
  }
});

test('no-fixed: after ten orders in which somebody does, all are shifted by one drawn step', () => {
  const tens = { ...createRandom(1), integer: (low: number, high: number) => (low === 1 ? 2 : high - 1) }; // orders stay sorted
  expect(drawPartners('no-fixed', 5, tens)).toEqual([2, 3, 4, 0, 1]);
});

test('permutation: an item meets itself one time in n', () => {
  const meets = draws('permutation', 5).filter((order) => order[0] === 0).length;
  expect(Math.abs(meets - 40)).toBeLessThan(5 * Math.sqrt(200 * 0.2 * 0.8));
});
