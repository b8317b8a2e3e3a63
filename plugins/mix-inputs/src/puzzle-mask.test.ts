import { createRandom, type Random } from '@viewforge/random';
import { describe, expect, test } from 'vitest';
import { type BlockBorders, type Puzzle, type PuzzleWeighing, puzzleMask } from './puzzle-mask.ts';

const nothing: PuzzleWeighing = { labels: 3, smoothness: 0, detail: 0, prior: 0 };
const usual: PuzzleWeighing = { labels: 3, smoothness: 1.2, detail: 0.5, prior: 0.2 };

function saliency(n: number, random: Random): Float64Array {
  const raw = Float64Array.from({ length: n * n }, () => random.uniform(0, 1));
  const sum = raw.reduce((total, each) => total + each, 0);
  return raw.map((each) => each / sum);
}

function borders(n: number, random: Random): BlockBorders {
  const four = () => [0, 1, 2, 3].map(() => Float64Array.from({ length: n * (n - 1) }, () => random.uniform(0, 1)));
  return { across: four(), down: four() };
}

function puzzleOf(n: number, seed: number, weighing = usual): Puzzle {
  const random = createRandom(seed);
  const both = [saliency(n, random), saliency(n, random)] as const;
  return { n, saliency: both, weight: random.uniform(0.05, 0.95), borders: borders(n, random), weighing };
}

/** ln(count! / k! / (count - k)!), written out. */
function lnWays(count: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log(count - k + i) - Math.log(i);
  return sum;
}

/** What a mask costs altogether, written out. */
function energy({ n, saliency: [first, second], weight, borders: seams, weighing }: Puzzle, mask: Float64Array): number {
  let sum = 0;
  for (let block = 0; block < n * n; block++) sum += (1 - mask[block]!) * first[block]! + mask[block]! * second[block]!;
  const pair = (a: number, b: number, of: readonly Float64Array[], at: number) => {
    const seen = a * b * of[0]![at]! + a * (1 - b) * of[1]![at]! + (1 - a) * b * of[2]![at]! + (1 - a) * (1 - b) * of[3]![at]!;
    sum += (weighing.smoothness * (a - b) ** 2 + weighing.detail * seen) / (16 * n);
  };
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) {
      if (x < n - 1) pair(mask[y * n + x]!, mask[y * n + x + 1]!, seams!.across, y * (n - 1) + x);
      if (y < n - 1) pair(mask[y * n + x]!, mask[(y + 1) * n + x]!, seams!.down, y * n + x);
    }
  const count = (weighing.labels - 1) * n * n;
  const k = Math.round(mask.reduce((total, value) => total + value, 0) * (weighing.labels - 1));
  const log = lnWays(count, k) + k * Math.log(weight) + (count - k) * Math.log(1 - weight);
  return sum - (weighing.prior / (n * n)) * log;
}

const mean = (mask: Float64Array) => mask.reduce((sum, value) => sum + value, 0) / mask.length;

test('saliency alone takes each block from the image in which it matters more', () => {
  const [first, second] = [Float64Array.of(0.4, 0.1, 0.3, 0.2), Float64Array.of(0.1, 0.4, 0.2, 0.3)];
  expect([...puzzleMask({ n: 2, saliency: [first, second], weight: 0.5, weighing: nothing })]).toEqual([1, 0, 1, 0]);
});

test.each([0.1, 0.3, 0.5, 0.8])('uniform saliency and much smoothness make a mask of one value, weight %d', (weight) => {
  const flat = new Float64Array(64).fill(1 / 64);
  const mask = puzzleMask({ n: 8, saliency: [flat, flat], weight, weighing: { ...usual, labels: 5, smoothness: 1e4 } });
  expect(new Set(mask).size).toBe(1);
  expect(Math.abs(mask[0]! - weight)).toBeLessThanOrEqual(1 / 8); // half a step between the values
});

test('much smoothness removes single blocks', () => {
  const first = Float64Array.from({ length: 16 }, (_, block) => (block === 5 ? 0.01 : 0.99 / 15));
  const flat = new Float64Array(16).fill(1 / 16);
  const mask = (smoothness: number) => [
    ...puzzleMask({ n: 4, saliency: [first, flat], weight: 0.5, weighing: { ...nothing, labels: 2, smoothness } }),
  ];
  expect(mask(0)).toEqual(Array.from({ length: 16 }, (_, block) => Number(block !== 5)));
  expect(mask(100)).toEqual(Array(16).fill(1));
});

test('a visible border is moved to where the images agree', () => {
  const seams = [0, 1, 2, 3].map(() => new Float64Array(2)); // nothing is seen between rows
  const across = [new Float64Array(2), Float64Array.of(1, 1), Float64Array.of(1, 1), new Float64Array(2)];
  const flat = Float64Array.of(0.26, 0.24, 0.26, 0.24);
  const puzzle: Puzzle = {
    n: 2,
    saliency: [flat, Float64Array.of(0.24, 0.26, 0.24, 0.26)],
    weight: 0.5,
    borders: { across, down: seams },
    weighing: nothing,
  };
  expect([...puzzleMask(puzzle)]).toEqual([1, 0, 1, 0]);
  const calm = puzzleMask({ ...puzzle, weighing: { ...nothing, detail: 10 } });
  expect(calm[0]).toBe(calm[1]);
  expect(calm[2]).toBe(calm[3]);
});

describe.each([2, 3, 8])('a strong prior, in masks of %d values', (labels) => {
  test.each([2, 4, 8])('draws the mean to the weight, to within one block where there are %d along a side', (n) => {
    for (let seed = 0; seed < 20; seed++) {
      const puzzle = puzzleOf(n, seed, { ...usual, labels, prior: 1e4 });
      expect(Math.abs(mean(puzzleMask(puzzle)) - puzzle.weight)).toBeLessThanOrEqual(1 / (n * n));
    }
  });
});

test.each([2, 3, 5])(
  'no single block of %d values could change for less, and all together cost no more than saliency alone',
  (labels) => {
    for (let seed = 0; seed < 20; seed++) {
      const puzzle = puzzleOf(4, seed, { ...usual, labels });
      const mask = puzzleMask(puzzle);
      const found = energy(puzzle, mask);
      for (let block = 0; block < 16; block++) {
        for (let label = 0; label < labels; label++) {
          const changed = mask.with(block, label / (labels - 1));
          expect(energy(puzzle, changed)).toBeGreaterThanOrEqual(found - 1e-12);
        }
      }
      expect(found).toBeLessThanOrEqual(energy(puzzle, puzzleMask({ ...puzzle, weighing: { ...nothing, labels } })) + 1e-12);
    }
  },
);

test('the same puzzle has the same mask, of the values there are', () => {
  for (const seed of [1, 2, 3]) {
    const puzzle = puzzleOf(8, seed, { ...usual, labels: 4 });
    const mask = puzzleMask(puzzle);
    expect(puzzleMask(puzzle)).toEqual(mask);
    for (const value of mask) expect([0, 1 / 3, 2 / 3, 1]).toContain(value);
  }
});

test('a single block goes to the image that the weight favors', () => {
  const one = Float64Array.of(1);
  const mask = (weight: number) => [...puzzleMask({ n: 1, saliency: [one, one], weight, weighing: usual })];
  expect([mask(0.1), mask(0.5), mask(0.9)]).toEqual([[0], [0.5], [1]]);
});
