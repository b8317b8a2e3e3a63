import { createRandom } from '@viewforge/random';
import { obeysSamplerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { classBalanced } from './class-balanced.ts';

obeysSamplerLaws(classBalanced(), 'at-least-once');

/** Items 0-5 of class 0, items 6 and 7 of class 2, item 8 of class 5. */
const unequal = { size: 9, labels: Int32Array.of(0, 0, 0, 0, 0, 0, 2, 2, 5) };

test('each class comes once in every round, and the largest class is taken once each', () => {
  const order = [...classBalanced().order(unequal, createRandom(1))];
  expect(order.length).toBe(18);
  for (let round = 0; round < 6; round++) {
    const classes = order.slice(3 * round, 3 * round + 3).map((index) => unequal.labels[index]!);
    expect(classes.sort()).toEqual([0, 2, 5]);
  }
  expect(order.filter((index) => index < 6).sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a smaller class takes each of its items before any of them again', () => {
  const order = [...classBalanced().order(unequal, createRandom(2))].filter((index) => index === 6 || index === 7);
  for (let pass = 0; pass < 3; pass++) expect(order.slice(2 * pass, 2 * pass + 2).sort()).toEqual([6, 7]);
});

test('a source without labels is LABEL', () => {
  expect(() => [...classBalanced().order({ size: 3 }, createRandom(1))]).toThrow(expect.objectContaining({ code: 'LABEL' }));
});
