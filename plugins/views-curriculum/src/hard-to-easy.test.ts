import { type AffineMatrix, affineMatrix, warpAffine } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { hardToEasy, type Placement } from './hard-to-easy.ts';

const side = 64;
const still: Placement = { degrees: 0, right: 0, down: 0, scale: 1, shearX: 0, shearY: 0 };
/** A soft spot off the middle, which no view cuts. */
const picture = image(
  Float32Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) - 26, (i % side) - 38];
    return Math.exp(-(y * y + x * x) / 50);
  }),
  1,
  side,
  side,
);
const bilinear = { interpolation: 'bilinear' } as const;

function view({ degrees, right, down, scale, shearX, shearY }: Placement) {
  return warpAffine(picture, {
    matrix: affineMatrix({ degrees, translate: [right, down], scale, shear: [shearX, shearY] }),
    ...bilinear,
  });
}

function at([a, b, c, d, e, f]: AffineMatrix, x: number, y: number): [number, number] {
  return [a * x + b * y + c, d * x + e * y + f];
}

test.each([still, { degrees: 40, right: 3, down: -5, scale: 0.8, shearX: 10, shearY: -4 }])(
  'views placed alike are mapped onto one another by the identity: %o',
  (placement) => {
    hardToEasy(placement, placement).forEach((entry, i) => {
      expect(entry).toBeCloseTo([1, 0, 0, 0, 1, 0][i]!, 12);
    });
  },
);

test('the map of an identity pair is the map itself, bit for bit', () => {
  const aligned = warpAffine(picture, { matrix: hardToEasy(still, still), ...bilinear });
  expect(values(aligned)).toEqual(values(picture));
});

test('a view turned by 90 degrees clockwise shows above the middle what the upright view shows to its left', () => {
  const matrix = hardToEasy({ ...still, degrees: 90 }, still);
  const [x, y] = at(matrix, 0, -10);
  expect(x).toBeCloseTo(-10, 9);
  expect(y).toBeCloseTo(0, 9);
});

test('a view at twice the size moves half as far in the other, and the other way round', () => {
  const twice = { ...still, scale: 2 };
  expect(at(hardToEasy(twice, still), 8, 6)).toEqual([4, 3]);
  expect(at(hardToEasy(still, twice), 8, 6)).toEqual([16, 12]);
});

test.each([1, 2, 3, 4, 5])('the easy view brought to the frame of the hard one is the hard view (seed %d)', (seed) => {
  const random = createRandom(seed);
  const placement = (degrees: number): Placement => ({
    degrees: random.uniform(-degrees, degrees),
    right: random.uniform(-4, 4),
    down: random.uniform(-4, 4),
    scale: random.uniform(0.75, 1.25),
    shearX: random.uniform(-5, 5),
    shearY: 0,
  });
  const [easy, hard] = [placement(30), placement(60)];
  const aligned = values(warpAffine(view(easy), { matrix: hardToEasy(hard, easy), ...bilinear }));
  const direct = values(view(hard));
  const apart = direct.reduce((largest, value, i) => Math.max(largest, Math.abs(value - aligned[i]!)), 0);
  expect(apart).toBeLessThan(0.02); // sampled twice instead of once
  const untouched = values(view(easy)).reduce((largest, value, i) => Math.max(largest, Math.abs(value - direct[i]!)), 0);
  expect(untouched).toBeGreaterThan(0.1);
});
