import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { drawSwap, swapCodes } from './swap-codes.ts';

const grid = (n: number, h: number, w: number) => ({ ids: Int32Array.from({ length: n * h * w }, (_, e) => e), n, h, w });

test('two items exchange a box of tokens, and a third one stays', () => {
  const { tokens, partners, own } = swapCodes(grid(3, 2, 2), {
    pairs: [[0, 2]],
    boxes: [{ top: 0, left: 1, height: 2, width: 1 }],
  });
  expect([...tokens.ids]).toEqual([0, 9, 2, 11, 4, 5, 6, 7, 8, 1, 10, 3]);
  expect([...partners]).toEqual([2, 1, 0]);
  expect([...own]).toEqual([0.5, 1, 0.5]);
});

test('twice is the identity', () => {
  const given = grid(5, 8, 6);
  const drawn = drawSwap(createRandom(2), given);
  const { tokens } = swapCodes(given, drawn);
  expect(tokens.ids).not.toEqual(given.ids);
  expect(swapCodes(tokens, drawn).tokens).toEqual(given);
});

test('pairs share nobody, and boxes are half of each side at a quarter of the area, anywhere inside', () => {
  const places = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const { pairs, boxes } = drawSwap(createRandom(seed), { n: 7, h: 8, w: 4 });
    expect(pairs.length).toBe(3);
    expect(new Set(pairs.flat()).size).toBe(6);
    for (const { top, left, height, width } of boxes) {
      expect([height, width]).toEqual([4, 2]);
      places.add(10 * top + left);
    }
  }
  expect(places.size).toBe(5 * 3);
});

test.each([0, 1])('a share of %d exchanges nothing or everything', (share) => {
  const given = grid(2, 3, 3);
  const { tokens, own } = swapCodes(given, drawSwap(createRandom(1), given, share));
  expect([...tokens.ids]).toEqual(share === 0 ? [...given.ids] : [...given.ids].map((id) => (id + 9) % 18));
  expect([...own]).toEqual([1 - share, 1 - share]);
});

test('an item alone stays', () => {
  const given = grid(1, 4, 4);
  expect(swapCodes(given, drawSwap(createRandom(1), given)).tokens).toEqual(given);
});

test('a share beyond the whole grid is refused', () => {
  expect(() => drawSwap(createRandom(1), { n: 2, h: 2, w: 2 }, 1.5)).toThrow('draw-swap: expected a share in [0, 1], got 1.5');
});
