import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { turnQuarter } from './index.ts';

test('a quarter turn to the left brings the right column to the top', () => {
  const turned = turnQuarter(rampImage(1, 2, 3), 1); // 0 1 2 / 3 4 5
  expect(turned.shape).toEqual([1, 3, 2]);
  expect([...values(turned)]).toEqual([...Float32Array.of(2 / 6, 5 / 6, 1 / 6, 4 / 6, 0, 3 / 6)]);
});

test.each([0, 1, 2, 3, 4, -1, -6, 7])('quarters form a group of order 4: %i by single turns', (turns) => {
  for (const input of exampleImages()) {
    let single = input;
    for (let i = 0; i < ((turns % 4) + 4) % 4; i++) single = turnQuarter(single, 1);
    expect(turnQuarter(input, turns).shape).toEqual(single.shape);
    expect(values(turnQuarter(input, turns))).toEqual(values(single));
    expect(values(turnQuarter(turnQuarter(input, turns), -turns))).toEqual(values(input));
  }
});

test('half a turn is no turn', () => {
  expect(() => turnQuarter(rampImage(1, 2, 2), 0.5)).toThrow('turnQuarter: expected a whole number of turns, got 0.5');
});

/** Every value another: i / (c h w) for value i. */
function rampImage(c: number, h: number, w: number): Image {
  return image(
    Float32Array.from({ length: c * h * w }, (_, i) => i / (c * h * w)),
    c,
    h,
    w,
  );
}

/** A square, a wide, a tall, a flat and a single one; values all over [0, 1]. */
function exampleImages(): Image[] {
  return [
    [3, 8, 8],
    [3, 5, 9],
    [1, 9, 4],
    [3, 1, 6],
    [3, 1, 1],
  ].map(([c, h, w]) => {
    const data = Float32Array.from({ length: c! * h! * w! }, (_, i) => ((i * 97 + 13) % 251) / 250);
    return image(data, c!, h!, w!);
  });
}
