import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { perspective } from './perspective.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(perspective, examples);

test('no distortion gives the same bytes', () => {
  const part = perspective({ distortion: 0, fill: 0.5 });
  for (const image of examples) {
    const params = part.draw(image.shape, createRandom(1), start);
    expect(values(part.apply(image, params))).toEqual(values(image));
  }
});

test('corners move inward by whole pixels, up to the share of half the sides', () => {
  const part = perspective({ distortion: 0.5 });
  const random = createRandom(5);
  const drawn = Array.from({ length: 2000 }, () => part.draw([3, 21, 40], random, start).corners);
  // half of 40 and of 21 are 20 and 10, half of which is 10 and 5
  const bounds = [
    { x: [0, 10], y: [0, 5] },
    { x: [29, 39], y: [0, 5] },
    { x: [29, 39], y: [15, 20] },
    { x: [0, 10], y: [15, 20] },
  ];
  for (const [corner, { x, y }] of bounds.entries()) {
    const [xs, ys] = [0, 1].map((axis) => drawn.map((corners) => corners[corner]![axis]!));
    expect([Math.min(...xs!), Math.max(...xs!)]).toEqual(x);
    expect([Math.min(...ys!), Math.max(...ys!)]).toEqual(y);
    expect([...xs!, ...ys!].every(Number.isInteger)).toBe(true);
  }
});

test('however strong, the picture is not folded: its corners stay convex', () => {
  const part = perspective({ distortion: 1 });
  const random = createRandom(6);
  for (let i = 0; i < 500; i++) {
    const { corners } = part.draw([3, 16, 16], random, start);
    for (const [k, [x, y]] of corners.entries()) {
      const [[a, b], [c, d]] = [corners[(k + 1) % 4]!, corners[(k + 2) % 4]!];
      expect((a - x) * (d - b) - (b - y) * (c - a)).toBeGreaterThan(0);
    }
  }
});

test('however small, every draw can be applied', () => {
  const part = perspective({ distortion: 1 });
  const random = createRandom(7);
  const image = rampImage(1, 3, 3);
  for (let i = 0; i < 500; i++) {
    const shown = values(part.apply(image, part.draw([1, 3, 3], random, start)));
    expect(shown.every((value) => value >= 0 && value <= 1)).toBe(true);
  }
});

test('the corner of the picture is found where its corner went', () => {
  const image = flatImage(33, 0, 1);
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) image.set(0, y, x, 1);
  const corners: [number, number][] = [
    [10, 6],
    [32, 0],
    [32, 32],
    [0, 32],
  ];
  const warped = perspective().apply(image, { corners, interpolation: 'nearest', fill: 0.5 });
  expect([warped.get(0, 7, 11), warped.get(0, 5, 9), warped.get(0, 20, 25)]).toEqual([1, 0.5, 0]);
});

test('what is outside of the picture is the fill', () => {
  const corners: [number, number][] = [
    [4, 4],
    [12, 4],
    [12, 12],
    [4, 12],
  ];
  const image = rampImage(3, 17, 17);
  const warped = perspective().apply(image, { corners, interpolation: 'bilinear', fill: 0.75 });
  expect([0, 1, 2].map((c) => warped.get(c, 0, 0))).toEqual([0.75, 0.75, 0.75]);
  expect(warped.get(1, 8, 8)).not.toBe(0.75);
});
