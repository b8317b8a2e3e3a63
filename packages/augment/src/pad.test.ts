import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { pad } from './pad.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(pad, examples);

test.each([
  { mode: 'constant', row: [5, 5, 0, 1, 2, 5] },
  { mode: 'edge', row: [0, 0, 0, 1, 2, 2] },
  { mode: 'reflect', row: [2, 1, 0, 1, 2, 1] },
] as const)('0 1 2 with two pixels before and one behind, $mode', ({ mode, row }) => {
  const part = pad({ left: 2, top: 0, right: 1, bottom: 0, mode, fill: 1 });
  const padded = part.apply(rampImage(1, 1, 3), part.draw([1, 1, 3], createRandom(1), start));
  expect([...values(padded)]).toEqual([...Float32Array.from(row, (value) => (value === 5 ? 1 : value / 3))]);
});

test('nothing to add gives the same bytes', () => {
  const part = pad({ left: 0, top: 0, right: 0, bottom: 0 });
  for (const image of examples) {
    expect(values(part.apply(image, part.draw(image.shape, createRandom(1), start)))).toEqual(values(image));
  }
});
