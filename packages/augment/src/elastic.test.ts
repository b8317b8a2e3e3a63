import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { elastic } from './elastic.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(elastic, examples);

test('a strength of 0 gives the same bytes', () => {
  const part = elastic({ strengthRange: [0, 0] });
  for (const picture of examples) {
    const params = part.draw(picture.shape, createRandom(1), start);
    expect(values(part.apply(picture, params))).toEqual(values(picture));
  }
});

test('pixels move by about the strength: on a slope of one level a pixel, values change by it', () => {
  const side = 64;
  const slope = image(
    Float32Array.from({ length: side * side }, (_, i) => (i % side) / side),
    1,
    side,
    side,
  );
  const moves: number[] = [];
  for (let seed = 0; seed < 40; seed++) {
    const bent = elastic().apply(slope, { deviation: 2, smoothness: 5, seed, interpolation: 'bilinear', border: 'edge' });
    // away from the border, which is not a slope
    for (let y = 0; y < side; y += 8) for (let x = 12; x < side - 12; x += 8) moves.push(bent.get(0, y, x) * side - x);
  }
  const deviation = Math.sqrt(moves.reduce((sum, move) => sum + move ** 2, 0) / moves.length);
  expect(Math.abs(deviation / 2 - 1)).toBeLessThan(0.1); // 1600 places, alike in their neighborhood
});

test('a flat picture stays flat but for a black border', () => {
  const params = { deviation: 3, smoothness: 4, seed: 2, interpolation: 'bilinear' } as const;
  for (const border of ['reflect', 'edge'] as const) {
    const bent = values(elastic().apply(flatImage(16, 0.5), { ...params, border }));
    for (const value of bent) expect(value).toBeCloseTo(0.5, 6);
  }
  expect(Math.min(...values(elastic().apply(flatImage(16, 0.5), { ...params, border: 'zero' })))).toBe(0);
});

test('strength and smoothness are shares of the shorter side', () => {
  const part = elastic({ strengthRange: [0.02, 0.02], smoothnessRange: [0.1, 0.1] });
  expect(part.draw([3, 100, 300], createRandom(1), start)).toMatchObject({ deviation: 2, smoothness: 10 });
});
