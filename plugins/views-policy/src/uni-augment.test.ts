import { paperOperations } from '@viewforge/augment';
import { createRandom } from '@viewforge/random';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { uniAugment } from './uni-augment.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(uniAugment, [...exampleImages(), rampImage(1, 9, 6)]);

const drawn = Array.from({ length: 14_000 }, (_, seed) => uniAugment().draw([3, 32, 32], createRandom(seed), start).operations);

test('none, one and two operations come as often as two fair coins show heads', () => {
  const counts = [0, 1, 2].map((count) => drawn.filter(({ length }) => length === count).length);
  [0.25, 0.5, 0.25].forEach((p, count) => {
    expect(Math.abs(counts[count]! - p * drawn.length)).toBeLessThan(3 * Math.sqrt(drawn.length * p * (1 - p)));
  });
});

test('each of the fourteen operations is as likely', () => {
  const all = drawn.flat();
  for (const name of paperOperations) {
    const deviation = Math.sqrt((all.length * 13) / 196);
    expect(Math.abs(all.filter(({ op }) => op === name).length - all.length / 14)).toBeLessThan(3.2 * deviation); // 14 counts
  }
});

test('strengths fill the range evenly', () => {
  const degrees = drawn.flat().flatMap((operation) => (operation.op === 'rotate' ? [operation.degrees] : []));
  const mean = degrees.reduce((sum, each) => sum + Math.abs(each), 0) / degrees.length;
  expect(Math.abs(mean - 15)).toBeLessThan((4 * 30) / Math.sqrt(12 * degrees.length));
  expect(Math.max(...degrees)).toBeGreaterThan(29.5);
  expect(Math.min(...degrees)).toBeLessThan(-29.5);
});
