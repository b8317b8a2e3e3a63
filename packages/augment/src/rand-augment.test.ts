import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { extendedOperations, type Operation, paperOperations } from './operations/operation.ts';
import { randAugment } from './rand-augment.ts';

const start = { epoch: 0, fraction: 0 };
const shape = [3, 224, 224];

obeysAugmenterLaws(randAugment, [...exampleImages(), rampImage(1, 9, 6)]);

function draws(options: Parameters<typeof randAugment>[0], count = 10_000): (readonly Operation[])[] {
  const part = randAugment(options);
  return Array.from({ length: count }, (_, seed) => part.draw(shape, createRandom(seed), start).operations);
}

/** Within three deviations of a count of independent draws. */
function expectShare(count: number, of: number, p: number): void {
  expect(Math.abs(count - of * p)).toBeLessThan(3 * Math.sqrt(of * p * (1 - p)));
}

describe.each([
  ['paper', paperOperations, 14],
  ['extended', extendedOperations, 15],
] as const)('the %s list', (operations, names, count) => {
  const drawn = draws({ operations, count: 1 }).flat();

  test(`has ${count} operations, each as likely`, () => {
    expect(new Set(names).size).toBe(count);
    for (const name of names) expectShare(drawn.filter(({ op }) => op === name).length, drawn.length, 1 / count);
  });

  test('turns, leans and moves one way as often as the other', () => {
    for (const name of ['rotate', 'shear-x', 'shear-y', 'translate-x', 'translate-y']) {
      const amounts = drawn.filter(({ op }) => op === name).map((operation) => Object.values(operation)[1] as number);
      expectShare(amounts.filter((amount) => amount > 0).length, amounts.length, 0.5);
    }
  });
});

test('both places of a pair draw from the whole list: one in fourteen pairs is twice the same', () => {
  const pairs = draws({ count: 2 });
  expectShare(pairs.filter(([one, other]) => one!.op === other!.op).length, pairs.length, 1 / 14);
});

test('without replacement no operation comes twice, and all fourteen make a permutation', () => {
  for (const operations of draws({ count: 14, replacement: false }, 200)) {
    expect(new Set(operations.map(({ op }) => op)).size).toBe(14);
  }
  const first = draws({ count: 1, replacement: false }).flat();
  for (const name of paperOperations) expectShare(first.filter(({ op }) => op === name).length, first.length, 1 / 14);
});

test('a probability of one half leaves half of them out', () => {
  expectShare(draws({ count: 2, probability: 0.5 }).flat().length, 20_000, 0.5);
});

test('a deviation of the level spreads it, within 0 and 30', () => {
  const degrees = (options: Parameters<typeof randAugment>[0]) =>
    draws({ ...options, count: 1 })
      .flat()
      .flatMap((operation) => (operation.op === 'rotate' ? [Math.abs(operation.degrees)] : []));
  expect(new Set(degrees({ level: 9 })).size).toBe(1);
  const spread = degrees({ level: 15, levelDeviation: 1.5 });
  const mean = spread.reduce((sum, each) => sum + each, 0) / spread.length;
  const deviation = Math.sqrt(spread.reduce((sum, each) => sum + (each - mean) ** 2, 0) / spread.length);
  expect(Math.abs(mean - 15)).toBeLessThan((4 * 1.5) / Math.sqrt(spread.length));
  expect(Math.abs(deviation - 1.5)).toBeLessThan((4 * 1.5) / Math.sqrt(2 * spread.length));
  const clipped = degrees({ level: 29, levelDeviation: 10 });
  expect(Math.max(...clipped)).toBe(30);
  expect(Math.min(...clipped)).toBeGreaterThanOrEqual(0);
});

test('no operation is the identity', () => {
  const part = randAugment({ count: 0 });
  for (const input of exampleImages()) {
    expect(part.apply(input, part.draw(input.shape, createRandom(1), start))).toBe(input);
  }
});

test('one more operation moves none of those before it', () => {
  const [two] = draws({ count: 2 }, 1);
  const [three] = draws({ count: 3 }, 1);
  expect(three!.slice(0, 2)).toEqual(two);
});

test('an increasing space at level 27 has 0.19 or 1.81 where the standard one has 1.72', () => {
  const factors = (space: 'standard' | 'increasing') =>
    draws({ count: 1, level: 27, space }, 2000)
      .flat()
      .flatMap((operation) => ('factor' in operation ? [operation.factor.toFixed(9)] : []));
  expect([...new Set(factors('increasing'))].sort()).toEqual(['0.190000000', '1.810000000']);
  expect([...new Set(factors('standard'))]).toEqual(['1.720000000']);
});

test('at level 0 of the centered space nothing but autocontrast and equalize changes an image of levels', () => {
  const part = randAugment({ level: 0, space: 'centered', operations: 'extended', count: 14, replacement: false });
  const input = image(
    Float32Array.from({ length: 75 }, (_, i) => ((i * 37) % 256) / 255),
    3,
    5,
    5,
  );
  const { operations, ...warp } = part.draw(input.shape, createRandom(1), start);
  const kept = operations.filter(({ op }) => op !== 'autocontrast' && op !== 'equalize' && op !== 'invert');
  expect(kept.length).toBeGreaterThan(10);
  expect(values(part.apply(input, { operations: kept, ...warp }))).toEqual(values(input));
});
