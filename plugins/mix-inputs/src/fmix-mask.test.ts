import { createRandom } from '@viewforge/random';
import { describe, expect, test } from 'vitest';
import { binarizeMask } from './fmix-mask.ts';

/** The mask by the published steps: sort everything, fill with ones and zeros, then a falling line around the edge. */
function slowly(gray: Float64Array, weight: number, up: boolean, softness: number): number[] {
  const n = gray.length;
  const order = [...gray.keys()].sort((a, b) => gray[b]! - gray[a]! || a - b);
  const count = up ? Math.ceil(weight * n) : Math.floor(weight * n);
  const effective = softness > weight || softness > 1 - weight ? Math.min(weight, 1 - weight) : softness;
  const soft = Math.trunc(n * effective);
  const mask = Array<number>(n).fill(0);
  order.forEach((at, rank) => {
    if (rank < count + soft) mask[at] = 1;
    if (rank >= count - soft) mask[at] = 0;
  });
  for (let k = 0; k < 2 * soft; k++) mask[order[count - soft + k]!] = 1 - k / (2 * soft - 1);
  return mask;
}

describe('the mask', () => {
  const gray = Float64Array.of(0.9, 0.1, 0.6, 0.4);
  test.each([
    ['rounded down', { weight: 0.6, up: false, softness: 0 }, [1, 0, 1, 0]],
    ['rounded up', { weight: 0.6, up: true, softness: 0 }, [1, 0, 1, 1]],
    ['with a soft edge of one rank to each side', { weight: 0.5, up: false, softness: 0.25 }, [1, 0, 1, 0]],
    ['of nothing', { weight: 0, up: true, softness: 0.5 }, [0, 0, 0, 0]],
    ['of everything', { weight: 1, up: false, softness: 0.5 }, [1, 1, 1, 1]],
  ])('%s', (_, options, expected) => {
    expect([...binarizeMask(gray, options)]).toEqual(expected);
  });

  test('falls evenly over a soft edge', () => {
    const falling = Float64Array.from({ length: 8 }, (_, i) => 8 - i);
    expect([...binarizeMask(falling, { weight: 0.5, up: false, softness: 0.25 })]).toEqual(
      [1, 1, 1, 2 / 3, 1 - 2 / 3, 0, 0, 0].map((v) => expect.closeTo(v, 15)),
    );
  });

  test('takes equal elements in their order', () => {
    expect([...binarizeMask(new Float64Array(5), { weight: 0.4, up: false, softness: 0 })]).toEqual([1, 1, 0, 0, 0]);
  });

  test.each([0.1, 0.37, 0.5, 0.99])('has as many ones as the weight %d says, and that mean with a soft edge', (weight) => {
    const random = createRandom(1);
    const noise = Float64Array.from({ length: 997 }, () => random.uniform(0, 1));
    for (const up of [false, true]) {
      const sum = binarizeMask(noise, { weight, up, softness: 0 }).reduce((total, each) => total + each, 0);
      expect(sum).toBe(up ? Math.ceil(weight * 997) : Math.floor(weight * 997));
      const soft = binarizeMask(noise, { weight, up, softness: 0.2 }).reduce((total, each) => total + each, 0);
      expect(soft).toBeCloseTo(sum, 9);
    }
  });

  test('agrees with sorting all elements', () => {
    const random = createRandom(2);
    const noise = Float64Array.from({ length: 200 }, () => Math.round(random.uniform(0, 20)));
    const order = [...noise.keys()].sort((a, b) => noise[b]! - noise[a]! || a - b);
    const mask = binarizeMask(noise, { weight: 0.4, up: false, softness: 0.1 });
    order.forEach((at, rank) => {
      expect(mask[at]).toBeCloseTo(rank < 60 ? 1 : rank >= 100 ? 0 : 1 - (rank - 60) / 39, 12);
    });
  });
});

test('agrees with the published steps on any noise, weight, rounding and softness', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = createRandom(seed);
    const n = random.integer(1, 40);
    const gray = Float64Array.from({ length: n }, () => (seed % 2 === 0 ? random.uniform(0, 1) : random.integer(0, 4)));
    const weight = random.uniform(0, 1);
    const [up, softness] = [random.chance(0.5), random.chance(0.5) ? 0 : random.uniform(0, 0.5)];
    const mask = binarizeMask(gray, { weight, up, softness });
    expect([...mask]).toEqual(slowly(gray, weight, up, softness).map((value) => expect.closeTo(value, 12)));
  }
});

test('with a hard edge there are as many ones as the weight says, down or up', () => {
  const gray = Float64Array.of(0.2, 0.9, 0.4, 0.4, 0.1, 0.8, 0.3);
  const ones = (up: boolean) => binarizeMask(gray, { weight: 0.5, up, softness: 0 }).reduce((sum, value) => sum + value, 0);
  expect([ones(false), ones(true)]).toEqual([3, 4]);
});

test('a soft edge never reaches beyond the mask: weight 0.1 softens a tenth to each side, not a half', () => {
  const falling = Float64Array.from({ length: 20 }, (_, i) => -i);
  const mask = binarizeMask(falling, { weight: 0.1, up: false, softness: 0.5 });
  expect([...mask].slice(0, 5)).toEqual([1, 2 / 3, 1 / 3, 0, 0].map((value) => expect.closeTo(value, 12)));
});

test('the gray image is left as it was', () => {
  const gray = Float64Array.of(0.3, 0.1, 0.2);
  binarizeMask(gray, { weight: 0.5, up: true, softness: 0.2 });
  expect([...gray]).toEqual([0.3, 0.1, 0.2]);
});
