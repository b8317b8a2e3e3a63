import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { augMix } from './aug-mix.ts';
import { mixChains } from './mix-chains.ts';

const start = { epoch: 0, fraction: 0 };
const shape = [3, 90, 90];
const warp = { interpolation: 'nearest', fill: 'gray' } as const;
const draws = (options: Parameters<typeof augMix>[0], count = 10_000) =>
  Array.from({ length: count }, (_, seed) => augMix(options).draw(shape, createRandom(seed), start));
const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

obeysAugmenterLaws(augMix, [...exampleImages(), rampImage(1, 9, 6)]);

describe('mixing', () => {
  test('0.5 with chains 0.8, 0.2, 0.6 of weights 0.5, 0.3, 0.2 and a share of 0.4 is 0.532', () => {
    const chains = [0.8, 0.2, 0.6].map((value) => flatImage(1, value));
    expect(mixChains(flatImage(1, 0.5), chains, [0.5, 0.3, 0.2], 0.4).get(0, 0, 0)).toBeCloseTo(0.532, 6); // float32
  });

  test('the same through params: 0.4 made 0.8, 0.2 and 0.6 gives 0.6 x 0.4 + 0.4 x 0.58', () => {
    const chains = [
      { weight: 0.5, operations: [{ op: 'brightness', factor: 2 } as const] },
      { weight: 0.3, operations: [{ op: 'brightness', factor: 0.5 } as const] },
      { weight: 0.2, operations: [{ op: 'brightness', factor: 1.5 } as const] },
    ];
    const mixed = augMix().apply(flatImage(2, 0.4, 3), { share: 0.4, chains, ...warp });
    for (const value of values(mixed)) expect(value).toBeCloseTo(0.472, 6);
  });

  test('operations of one chain follow one another', () => {
    const operations = [{ op: 'invert' } as const, { op: 'posterize', bits: 1 } as const];
    const mixed = augMix().apply(flatImage(1, 0.4), { share: 1, chains: [{ weight: 1, operations }], ...warp });
    expect(mixed.get(0, 0, 0)).toBeCloseTo(128 / 255, 6); // 153 keeps its highest bit
  });

  test('a share of 0 gives the image back exactly', () => {
    for (const input of exampleImages()) {
      const { chains, ...rest } = augMix().draw(input.shape, createRandom(3), start);
      expect(values(augMix().apply(input, { ...rest, chains, share: 0 }))).toEqual(values(input));
    }
  });

  test('white stays white, though weights sum to 1 only up to rounding', () => {
    const white = flatImage(1, 1);
    expect(mixChains(white, [white, white, white], [0.1, 0.2, 0.7 + 1e-7], 1).get(0, 0, 0)).toBe(1);
  });

  test('a weight too few is refused', () => {
    expect(() => mixChains(flatImage(1, 0), [flatImage(1, 0)], [], 1)).toThrow(/a weight for each of 1 chains, got 0/);
  });
});

describe('draws', () => {
  const drawn = draws({});

  test('weights sum to 1 and are 1/3 on average; the share is even on [0, 1]', () => {
    for (const { chains } of drawn) expect(chains.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    // a weight of a flat Dirichlet has variance 1/18, an even share 1/12
    for (const chain of [0, 1, 2]) {
      const weights = drawn.map(({ chains }) => chains[chain]!.weight);
      expect(Math.abs(mean(weights) - 1 / 3)).toBeLessThan(3 / Math.sqrt(18 * 10_000));
    }
    expect(Math.abs(mean(drawn.map(({ share }) => share)) - 0.5)).toBeLessThan(3 / Math.sqrt(12 * 10_000));
  });

  test('three chains of one, two or three operations, each length as likely', () => {
    const lengths = drawn.flatMap(({ chains }) => chains.map(({ operations }) => operations.length));
    expect(lengths.length).toBe(30_000);
    for (const length of [1, 2, 3]) {
      expect(Math.abs(lengths.filter((each) => each === length).length - 10_000)).toBeLessThan(3 * Math.sqrt(30_000 * (2 / 9)));
    }
  });

  test('nine operations, each as likely, none of them a usual corruption', () => {
    const all = drawn.flatMap(({ chains }) => chains.flatMap(({ operations }) => operations.map(({ op }) => op)));
    const names = [...new Set(all)];
    expect(names.length).toBe(9);
    expect(names.filter((name) => ['color', 'contrast', 'brightness', 'sharpness'].includes(name))).toEqual([]);
    for (const name of names) {
      const count = all.filter((each) => each === name).length;
      expect(Math.abs(count - all.length / 9)).toBeLessThan(3 * Math.sqrt((all.length * 8) / 81));
    }
  });

  test('a severity of 3 turns by 0.3 to 9 degrees and moves by up to 9 of 90 pixels', () => {
    const all = drawn.flatMap(({ chains }) => chains.flatMap(({ operations }) => operations));
    const degrees = all.flatMap((each) => (each.op === 'rotate' ? [Math.abs(each.degrees)] : []));
    const pixels = all.flatMap((each) => (each.op === 'translate-x' ? [Math.abs(each.pixels)] : []));
    expect(Math.min(...degrees)).toBeGreaterThanOrEqual(0.3);
    expect(Math.max(...degrees)).toBeLessThan(9);
    expect(Math.max(...degrees)).toBeGreaterThan(8.9);
    expect(Math.max(...pixels)).toBeGreaterThan(8.9);
    expect(Math.max(...pixels)).toBeLessThan(9);
  });
});

test('all thirteen operations by option, chains of a fixed depth, and as many as asked for', () => {
  const drawn = draws({ operations: 'all', depth: 4, width: 2 }, 500);
  const chains = drawn.flatMap((each) => each.chains);
  expect(chains.length).toBe(1000);
  expect(new Set(chains.map(({ operations }) => operations.length))).toEqual(new Set([4]));
  expect(new Set(chains.flatMap(({ operations }) => operations.map(({ op }) => op))).size).toBe(13);
});

test('with a clean first view, view 0 is the image itself and views 1 and 2 differ though their stream is the same', () => {
  const part = augMix({ cleanFirst: true });
  const input = image(Float32Array.of(0.123, 0.456), 1, 1, 2);
  const [clean, one, two] = [0, 1, 2].map((index) => part.draw(shape, createRandom(5), { ...start, index }));
  expect(part.apply(input, clean!)).toBe(input);
  expect(one!.chains.length).toBe(3);
  expect(one).not.toEqual(two);
});
