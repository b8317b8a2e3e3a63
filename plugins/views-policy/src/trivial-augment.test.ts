import { paperOperations } from '@viewforge/augment';
import { createRandom } from '@viewforge/random';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { trivialAugment } from './trivial-augment.ts';

const start = { epoch: 0, fraction: 0 };

obeysAugmenterLaws(trivialAugment, [...exampleImages(), rampImage(1, 9, 6)]);

const draws = (space: 'wide' | 'standard') =>
  Array.from({ length: 14_000 }, (_, seed) => {
    const [operation, ...rest] = trivialAugment({ space }).draw([3, 32, 32], createRandom(20_000 + seed), start).operations;
    if (rest.length > 0) throw new Error('expected one operation');
    return operation!;
  });

test('each of the fourteen operations is as likely', () => {
  const drawn = draws('wide');
  for (const name of paperOperations) {
    // 1000 of each, deviation 30.5
    expect(Math.abs(drawn.filter(({ op }) => op === name).length - 1000)).toBeLessThan(3 * 30.5);
  }
});

test.each([
  ['wide', 135, 32, 2],
  ['standard', 30, (150 / 331) * 32, 0],
] as const)('in the %s space all 31 levels occur, up to the strongest', (space, degrees, pixels, bits) => {
  const drawn = draws(space);
  const amounts = drawn.flatMap((operation) => (operation.op === 'rotate' ? [Math.abs(operation.degrees)] : []));
  const moves = drawn.flatMap((operation) => (operation.op === 'translate-x' ? [Math.abs(operation.pixels)] : []));
  const kept = drawn.flatMap((operation) => (operation.op === 'posterize' ? [operation.bits] : []));
  expect(new Set(amounts).size).toBe(31);
  expect(Math.max(...amounts)).toBe(degrees);
  expect(Math.max(...moves)).toBeCloseTo(pixels, 9);
  expect(Math.min(...kept)).toBe(bits);
});
