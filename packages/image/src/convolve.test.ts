import { type Image, image, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustSharpness, crossCorrelate, median3x3 } from './index.ts';

const side = fc.integer({ min: 1, max: 9 });
const anyImage = fc
  .tuple(fc.constantFrom(1, 3), side, side)
  .chain(([c, h, w]) =>
    fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: c * h * w, maxLength: c * h * w })
      .map((numbers) => image(Float32Array.from(numbers), c, h, w)),
  );

/** The value at (y, x), or what lies beyond the edges. */
function at(input: Image, c: number, y: number, x: number, beyond: 'zero' | 'edge'): number {
  const [, h, w] = input.shape as [number, number, number];
  const [row, column] = [Math.min(h - 1, Math.max(0, y)), Math.min(w - 1, Math.max(0, x))];
  return beyond === 'edge' || (row === y && column === x) ? input.get(c, row, column) : 0;
}

/** Every position of an image with the values around it, row by row. */
function eachWindow(
  input: Image,
  radius: number,
  beyond: 'zero' | 'edge',
  see: (c: number, y: number, x: number, around: number[]) => void,
): void {
  const [channels, h, w] = input.shape as [number, number, number];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const around: number[] = [];
        for (let i = -radius; i <= radius; i++)
          for (let j = -radius; j <= radius; j++) around.push(at(input, c, y + i, x + j, beyond));
        see(c, y, x, around);
      }
    }
  }
}

test.each([1, 3, 5])('crossCorrelate with a side of %i is the sum by its definition', (size) => {
  const weights = Array.from({ length: size ** 2 }, (_, k) => Math.sin(k + 1));
  const property = fc.property(anyImage, (input) => {
    const result = crossCorrelate(input, weights);
    eachWindow(input, (size - 1) / 2, 'zero', (c, y, x, around) => {
      const sum = around.reduce((total, value, k) => total + value * weights[k]!, 0);
      expect(result.get(c, y, x)).toBeCloseTo(sum, 5); // float32, 25 terms
    });
  });
  fc.assert(property, { seed: 5, numRuns: 40 });
});

test('crossCorrelate clamps where it is told to, and refuses windows without a center', () => {
  const row = image(Float32Array.of(0.5, 1), 1, 1, 2);
  expect([...values(crossCorrelate(row, [2]))]).toEqual([1, 2]);
  expect([...values(crossCorrelate(row, [2], [0, 1]))]).toEqual([1, 1]);
  for (const weights of [[], [1, 2], [1, 2, 3, 4]]) expect(() => crossCorrelate(row, weights)).toThrow('with an odd side');
});

test('median3x3 is the fifth of nine sorted values', () => {
  const property = fc.property(anyImage, (input) => {
    const result = median3x3(input);
    eachWindow(input, 1, 'edge', (c, y, x, around) => {
      expect(result.get(c, y, x) + 0).toBe(around.sort((a, b) => a - b)[4]! + 0);
    });
  });
  fc.assert(property, { seed: 6, numRuns: 60 });
});

describe('adjustSharpness', () => {
  test.each([0, 0.4, 1, 1.8])('at %d blends with the smoothed image and leaves the outermost pixels', (factor) => {
    const kernel = [1, 1, 1, 1, 5, 1, 1, 1, 1];
    const property = fc.property(anyImage, (input) => {
      const [, h, w] = input.shape as [number, number, number];
      const result = adjustSharpness(input, factor);
      eachWindow(input, 1, 'zero', (c, y, x, around) => {
        const isOutermost = y === 0 || x === 0 || y === h - 1 || x === w - 1;
        const smooth = around.reduce((sum, value, k) => sum + value * kernel[k]!, 0) / 13;
        const blended = Math.min(1, Math.max(0, factor * around[4]! + (1 - factor) * smooth));
        expect(result.get(c, y, x)).toBeCloseTo(isOutermost ? around[4]! : blended, 6);
      });
    });
    fc.assert(property, { seed: 7, numRuns: 40 });
  });

  test('of 1 is the identity, bit by bit', () => {
    const property = fc.property(anyImage, (input) => {
      expect([...values(adjustSharpness(input, 1))].map((value) => value + 0)).toEqual(
        [...values(input)].map((value) => value + 0),
      );
    });
    fc.assert(property, { seed: 8, numRuns: 40 });
  });
});
