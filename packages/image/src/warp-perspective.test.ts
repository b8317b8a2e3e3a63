import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { type Points, warpAffine, warpPerspective } from './index.ts';
import { perspectiveCoefficients } from './perspective-coefficients.ts';

const corners: Points = [
  [0, 0],
  [8, 0],
  [8, 8],
  [0, 8],
];

test('the map takes each end point to its start point', () => {
  const ends: Points = [
    [1, 2],
    [7, 0],
    [8, 9],
    [-1, 6],
  ];
  const [a, b, c, d, e, f, g, h, i] = perspectiveCoefficients(corners, ends);
  for (const [k, [x, y]] of ends.entries()) {
    const depth = g * x + h * y + i;
    expect((a * x + b * y + c) / depth).toBeCloseTo(corners[k]![0], 10);
    expect((d * x + e * y + f) / depth).toBeCloseTo(corners[k]![1], 10);
  }
});

test('the top left corner of the frame may show what is infinitely far', () => {
  // the first and the third side meet there
  const endPoints: Points = [
    [2, 1],
    [4, 2],
    [3, 6],
    [1, 2],
  ];
  const [, , , , , , g, h, i] = perspectiveCoefficients(corners, endPoints);
  expect(i / Math.hypot(g, h)).toBeCloseTo(0, 12);
  const warped = warpPerspective(rampImage(3, 9, 9), { startPoints: corners, endPoints, interpolation: 'bilinear', fill: 0.5 });
  expect(values(warped).every((value) => value >= 0 && value <= 1)).toBe(true);
});

test.each(['bilinear', 'nearest'] as const)('points that stay give the same bytes, %s', (interpolation) => {
  for (const input of exampleImages()) {
    const [, h, w] = input.shape as [number, number, number];
    const points: Points = [
      [0, 0],
      [w - 1, 0],
      [w - 1, h - 1],
      [0, h - 1],
    ];
    const same = warpPerspective(input, { startPoints: points, endPoints: points, interpolation, fill: 0.5 });
    expect(values(same)).toEqual(values(input));
  }
});

test('a parallelogram is an affine map', () => {
  const input = rampImage(1, 9, 9);
  const endPoints = corners.map(([x, y]) => [x + 2, y - 1] as const);
  const moved = warpPerspective(input, { startPoints: corners, endPoints, interpolation: 'bilinear', fill: 0.3 });
  const affine = warpAffine(input, { matrix: [1, 0, -2, 0, 1, 1], interpolation: 'bilinear', fill: 0.3 });
  for (const [i, value] of values(moved).entries()) expect(value).toBeCloseTo(values(affine)[i]!, 5);
});

test('what was at the middle of a square goes to where the diagonals cross', () => {
  // corners of pixels: the middle of 9 x 9 is at (4.5, 4.5)
  const startPoints: Points = [
    [0, 0],
    [9, 0],
    [9, 9],
    [0, 9],
  ];
  const endPoints: Points = [
    [3, 0],
    [6, 0],
    [9, 9],
    [0, 9],
  ];
  const point = image(
    Float32Array.from({ length: 81 }, (_, i) => Number(i === 40)),
    1,
    9,
    9,
  );
  const result = warpPerspective(point, { startPoints, endPoints, interpolation: 'nearest', fill: 0 });
  // the diagonals from (3, 0) to (9, 9) and from (6, 0) to (0, 9) cross at (4.5, 2.25), which is in row 2
  const bright = [...values(result)].flatMap((value, i) => (value > 0.5 ? [[Math.floor(i / 9), i % 9]] : []));
  expect(bright).toContainEqual([2, 4]);
  expect(result.get(0, 4, 4)).toBe(0);
});

test('points on a line are refused', () => {
  const line: Points = [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ];
  const warp = { startPoints: corners, endPoints: line, interpolation: 'bilinear' } as const;
  expect(() => warpPerspective(rampImage(1, 9, 9), warp)).toThrow('no three are on a line');
  expect(() => warpPerspective(rampImage(1, 9, 9), { ...warp, endPoints: line.slice(1) })).toThrow('expected 4 points');
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
