import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Border, reflectIndex, type Warp, warpPlanes, withArena, withTwins } from './index.ts';

const borders = ['zero', 'edge', 'reflect'] as const;
const side = fc.integer({ min: 1, max: 23 });

/** Floats in [0, 1), some of them 0. */
function noise(length: number, seed: number): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 29 === 0 ? 0 : (state >>> 8) / 2 ** 24;
  });
}

/** Places from far outside to far outside, every fourth on a whole or half number, some no numbers at all. */
function drawPlaces(size: number, reach: number, seed: number): Float32Array {
  return noise(2 * size, seed).map((value, i) => {
    if (i % 31 === 7) return [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30][i % 4]!;
    const place = (value * 5 - 2) * reach;
    return i % 4 === 0 ? Math.round(2 * place) / 2 : place;
  });
}

test('kernel and twin give the same bytes for drawn sizes, places, borders and fills', () => {
  const property = fc.property(
    fc.record({
      planes: fc.record({ count: fc.constantFrom(1, 2, 3, 4), height: side, width: side }),
      height: side,
      width: side,
      interpolation: fc.constantFrom('bilinear' as const, 'nearest' as const),
      border: fc.constantFrom(...borders),
      isFilled: fc.boolean(),
      seed: fc.integer({ min: 1, max: 1e6 }),
    }),
    ({ planes, height, width, interpolation, border, isFilled, seed }) => {
      const { count } = planes;
      const from = noise(count * planes.height * planes.width, seed);
      const places = drawPlaces(height * width, Math.max(planes.height, planes.width), seed + 1);
      const fill = isFilled ? { fill: [0.25, 0.5, 1, 0.1].slice(0, count) } : {};
      const work = () => warpPlanes(from, planes, { height, width, places, interpolation, border, ...fill });
      const twin = Buffer.from(withTwins(work).buffer);
      expect(Buffer.from(work().buffer).equals(twin)).toBe(true);
      expect(Buffer.from(withArena(() => work().slice()).buffer).equals(twin)).toBe(true);
    },
  );
  fc.assert(property, { seed: 4, numRuns: 300 });
});

test('every border is what an unbounded picture would show', () => {
  const property = fc.property(
    side,
    side,
    fc.integer({ min: 1, max: 1e6 }),
    fc.constantFrom(...borders),
    (height, width, seed, border) => {
      const from = noise(height * width, seed);
      const at = (y: number, x: number) => beyond(from, [height, width], [y, x], border);
      const places = noise(2 * 50, seed + 1).map((value) => (value * 7 - 3) * 8);
      const result = warpPlanes(from, { count: 1, height, width }, read(places, { border }));
      for (const [i, value] of result.entries()) {
        const [y, x] = [places[i]!, places[50 + i]!];
        const [top, left] = [Math.floor(y), Math.floor(x)];
        const [v, u] = [y - top, x - left];
        const upper = (1 - u) * at(top, left) + u * at(top, left + 1);
        const lower = (1 - u) * at(top + 1, left) + u * at(top + 1, left + 1);
        expect(value).toBeCloseTo((1 - v) * upper + v * lower, 5); // float32 places of up to 32 pixels
      }
    },
  );
  fc.assert(property, { seed: 5, numRuns: 100 });
});

test('what lies outside is made up by the fill, in the share that lies outside', () => {
  const places = Float32Array.of(0, 0, 0, 0, -1, -0.75, 0, 1);
  const result = warpPlanes(
    Float32Array.of(0.5, 1),
    { count: 1, height: 1, width: 2 },
    {
      ...read(places, { border: 'zero' }),
      fill: [0.25],
    },
  );
  // a quarter inside: 0.5 / 4 is what was read, and counts a quarter; the rest is the fill
  expect([...result]).toEqual([0.25, 0.125 * 0.25 + 0.25 * 0.75, 0.5, 1]);
});

test('halfway between two pixels the nearest is the even one', () => {
  const places = Float32Array.of(0, 0, 0, 0, 0.5, 1.5, 2.5, -0.5);
  const result = warpPlanes(
    Float32Array.of(0.1, 0.2, 0.3, 0.4),
    { count: 1, height: 1, width: 4 },
    { ...read(places, { border: 'zero' }), interpolation: 'nearest' },
  );
  expect([...result]).toEqual([...Float32Array.of(0.1, 0.3, 0.3, 0.1)]);
});

test('a picture in [0, 1] stays there, and a flat one flat, in spite of rounding', () => {
  const places = noise(2 * 4096, 8).map((value) => value * 6);
  const white = warpPlanes(new Float32Array(64).fill(1), { count: 1, height: 8, width: 8 }, read(places, { border: 'edge' }));
  expect(white.every((value) => value === 1)).toBe(true);
});

test('places that are not two a pixel, and fills that are not one a plane, are refused', () => {
  const planes = { count: 1, height: 2, width: 2 };
  const warp = read(new Float32Array(8), { border: 'zero' });
  expect(() => warpPlanes(new Float32Array(4), planes, { ...warp, width: 3 })).toThrow(
    'warpPlanes: expected places of [2, 1, 3]',
  );
  expect(() => warpPlanes(new Float32Array(4), planes, { ...warp, fill: [0, 1] })).toThrow(
    'expected 1 values to fill with, got 2',
  );
});

test('a position beyond the ends is mirrored as often as needed', () => {
  const shown = [-7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((position) => reflectIndex(position, 3));
  expect(shown).toEqual([1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2]);
  expect(reflectIndex(-5, 1)).toBe(0);
});

/** A result of one row. */
function read(places: Float32Array, { border }: { readonly border: Border }): Warp {
  return { height: 1, width: places.length / 2, places, interpolation: 'bilinear', border };
}

function beyond(from: Float32Array, [height, width]: [number, number], [y, x]: [number, number], border: Border): number {
  const clamped = (i: number, length: number) => Math.min(length - 1, Math.max(0, i));
  if (border === 'reflect') return from[reflectIndex(y, height) * width + reflectIndex(x, width)]!;
  const inside = y >= 0 && y < height && x >= 0 && x < width;
  return border === 'zero' && !inside ? 0 : from[clamped(y, height) * width + clamped(x, width)]!;
}
