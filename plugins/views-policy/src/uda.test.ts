import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { uda } from './uda.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(uda, [...exampleImages(), rampImage(1, 9, 6)]);

const drawn = Array.from({ length: 15_000 }, (_, seed) => uda().draw([3, 32, 32], createRandom(seed), start).operations);
const steps = drawn.flatMap((operations) => operations.slice(0, -1));

test('two operations, each applied one time in two', () => {
  expect(Math.abs(steps.length - 15_000)).toBeLessThan(3 * Math.sqrt(30_000 / 4));
  expect(Math.max(...drawn.map(({ length }) => length))).toBe(3);
});

test('fifteen operations, each as likely', () => {
  const names = [...new Set(steps.map(({ op }) => op))];
  expect(names.length).toBe(15);
  expect(names).toContain('cutout');
  expect(names).not.toContain('identity');
  for (const name of names) {
    const deviation = Math.sqrt((steps.length * 14) / 225);
    expect(Math.abs(steps.filter(({ op }) => op === name).length - steps.length / 15)).toBeLessThan(3 * deviation);
  }
});

test('levels are 1 … 9 of 10', () => {
  const degrees = steps.flatMap((operation) => (operation.op === 'rotate' ? [Math.abs(operation.degrees)] : []));
  expect([...new Set(degrees.map(Math.round))].sort((a, b) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27]);
});

test('a square of 16 around any pixel is cut out at the end, clipped to the image', () => {
  const squares = drawn.map((operations) => operations.at(-1)!);
  const areas = squares.map((square) => (square.op === 'cutout' ? square.height * square.width : Number.NaN));
  expect(Math.max(...areas)).toBe(256);
  expect(Math.min(...areas)).toBe(64); // a quarter, in a corner
  // clipped along one side: of 32 middles, 16 .. 1 lose 8 .. 1 before, or 0 .. 7 behind: 16 - (36 + 28) / 32 = 14 on average
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  expect(Math.abs(mean - 14 * 14)).toBeLessThan(2); // deviation of the mean 0.5
});

test('the square is gray and nothing else changes where no operation was drawn', () => {
  const input = image(new Float32Array(16).fill(0.2), 1, 4, 4);
  const params = { interpolation: 'nearest', fill: 'gray' } as const;
  const square = { op: 'cutout', top: 1, left: 2, height: 3, width: 2 } as const;
  const cut = uda().apply(input, { operations: [square], ...params });
  expect([...values(cut)].map((value) => Math.round(value * 255))).toEqual([
    ...[51, 51, 51, 51],
    ...[51, 51, 128, 128],
    ...[51, 51, 128, 128],
    ...[51, 51, 128, 128],
  ]);
});
