import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { quarterTurn } from './quarter-turn.ts';
import { rotate } from './rotate.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(rotate, examples);

test('an angle of 0 gives the same bytes', () => {
  const part = rotate({ degreesRange: [0, 0], fill: 0.5 });
  for (const image of examples) {
    const params = part.draw(image.shape, createRandom(1), start);
    expect(values(part.apply(image, params))).toEqual(values(image));
  }
});

test('90 degrees are a quarter turn, counter-clockwise', () => {
  const image = rampImage(3, 9, 9);
  const turned = rotate().apply(image, { degrees: 90, interpolation: 'bilinear', fill: 0 });
  const exact = values(quarterTurn().apply(image, { turns: 1 }));
  for (const [i, value] of values(turned).entries()) expect(value).toBeCloseTo(exact[i]!, 5);
});

test('there and back again, the middle is what it was', () => {
  const warp = { interpolation: 'bilinear', fill: 0 } as const;
  const image = rampImage(1, 21, 21); // a plane in the picture, which bilinear interpolation keeps
  const back = rotate().apply(rotate().apply(image, { degrees: 25, ...warp }), { degrees: -25, ...warp });
  for (let y = 8; y < 13; y++) for (let x = 8; x < 13; x++) expect(back.get(0, y, x)).toBeCloseTo(image.get(0, y, x), 5);
});

test('what turns in is the fill', () => {
  const turned = rotate().apply(flatImage(9, 1, 3), { degrees: 45, interpolation: 'bilinear', fill: 0.25 });
  expect([0, 1, 2].map((c) => turned.get(c, 0, 0))).toEqual([0.25, 0.25, 0.25]);
});
