import { warpField } from '@viewforge/image';
import { image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { type DeformationField, deformationField, integrationSteps } from './deformation-field.ts';

const common = { seed: 5, level: 20, velocity: 4e-5, drift: 0.08, flow: 'full', rescale: 'geometry' } as const;

function fieldOf(options: Partial<DeformationField>, height = 48, width = 48): Float32Array {
  return deformationField(height, width, { ...common, ...options }).field;
}

function size(field: Float32Array): number {
  return Math.sqrt(field.reduce((sum, value) => sum + value ** 2, 0) / field.length);
}

test.each([
  [0, 0, 0],
  [1, 1, 1],
  [10, 13, 3],
  [48, 102, 10],
  [80, 198, 13],
  [1000, 200, 63],
])('level %i follows the velocity %i times, and %i times where it is to be recovered', (level, full, recoverable) => {
  expect(integrationSteps(level)).toEqual({ full, recoverable });
});

test('level 0 and velocity 0 move nothing', () => {
  for (const options of [{ level: 0 }, { velocity: 0 }, { level: 0, flow: 'recoverable' }] as const) {
    expect(fieldOf(options).every((value) => value === 0)).toBe(true);
  }
});

test('one step without drift is the velocity, which is linear in its deviation', () => {
  const [one, two] = [fieldOf({ level: 1, drift: 0 }), fieldOf({ level: 1, drift: 0, velocity: 8e-5 })];
  for (const [i, value] of two.entries()) expect(value).toBeCloseTo(2 * one[i]!, 6);
});

test('the deviation of one step is that of four scales, the coarser the larger', () => {
  const fields = Array.from({ length: 200 }, (_, seed) => fieldOf({ level: 1, drift: 0, seed }, 64, 64));
  let variance = 0;
  for (const scale of [64, 32, 16, 8]) {
    // value of the coarse noise at each grid point, then of the grid at each pixel: both are linear, so their weights multiply
    const weights = (pixel: number) => {
      const reads = new Map<number, number>();
      const position = (pixel + 0.5) / 2 + 15.5;
      for (const [point, weight] of [
        [Math.floor(position), 1 - (position % 1)],
        [Math.floor(position) + 1, position % 1],
      ] as const) {
        const coarse = ((point + 0.5) * scale) / 64 - 0.5;
        const first = Math.floor(coarse);
        reads.set(first, (reads.get(first) ?? 0) + weight * (1 - (coarse - first)));
        reads.set(first + 1, (reads.get(first + 1) ?? 0) + weight * (coarse - first));
      }
      return [...reads.values()].reduce((sum, each) => sum + each ** 2, 0);
    };
    const kept = Array.from({ length: 64 }, (_, pixel) => weights(pixel)).reduce((sum, each) => sum + each, 0) / 64;
    variance += (4e-5 * (64 / scale) * kept) ** 2;
  }
  const expected = Math.sqrt(variance) * 2 * 64; // a share of the grid is twice that of the image, which has 64 pixels
  const measured = Math.sqrt(fields.reduce((sum, field) => sum + size(field) ** 2, 0) / fields.length);
  expect(Math.abs(measured / expected - 1)).toBeLessThan(0.03);
});

test('a level moves more than a lower one, and recoverable less than full', () => {
  const [low, high, weak] = [fieldOf({ level: 10 }), fieldOf({ level: 48 }), fieldOf({ level: 48, flow: 'recoverable' })];
  expect(size(high)).toBeGreaterThan(3 * size(low));
  expect(size(weak)).toBeLessThan(0.3 * size(high));
});

test('drift changes the field a little; a recoverable one has none', () => {
  const [without, drifted] = [fieldOf({ drift: 0 }), fieldOf({})];
  const change = size(drifted.map((value, i) => value - without[i]!)) / size(without);
  expect(change).toBeGreaterThan(0.02);
  expect(change).toBeLessThan(0.3);
  expect(fieldOf({ flow: 'recoverable' })).toEqual(fieldOf({ flow: 'recoverable', drift: 0 }));
});

test('displacements are shares of the image: twice the size, twice the pixels', () => {
  const [small, large] = [fieldOf({}, 40, 60), fieldOf({}, 120, 180)];
  // the middle of every third pixel of the large field is the middle of a pixel of the small one
  for (const plane of [0, 1])
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 60; x++) {
        const same = large[(plane * 120 + 3 * y + 1) * 180 + 3 * x + 1]!;
        expect(same).toBeCloseTo(3 * small[(plane * 40 + y) * 60 + x]!, 4);
      }
});

test('the rescaling of the published code is side / 64 in place of 2', () => {
  expect(fieldOf({ rescale: 'public' }, 128, 128)).toEqual(fieldOf({}, 128, 128));
  const [geometry, published] = [fieldOf({}, 32, 256), fieldOf({ rescale: 'public' }, 32, 256)];
  for (const [i, value] of published.entries()) expect(value).toBeCloseTo(geometry[i]! * (i < 32 * 256 ? 0.25 : 2), 4);
});

test('fields fold at less than one pixel in a hundred, at half the velocity where they must', () => {
  const fields = Array.from({ length: 12 }, (_, seed) =>
    deformationField(48, 48, { ...common, seed, level: 80, velocity: 1.5e-4 }),
  );
  expect(fields.some(({ halvings }) => halvings > 0)).toBe(true);
  for (const { foldFraction, folded } of fields) {
    expect(folded).toBe(false);
    expect(foldFraction).toBeLessThan(0.01);
  }
});

test('an image and a mask of the same field stay aligned', () => {
  const disc = Float32Array.from({ length: 48 * 48 }, (_, i) => Number(Math.hypot(Math.floor(i / 48) - 24, (i % 48) - 20) < 12));
  const both = image(Float32Array.from([...disc, ...disc]), 2, 48, 48);
  const field = fieldOf({ level: 48 });
  const moved = values(warpField(both, field, { interpolation: 'bilinear', border: 'edge' }));
  const mask = values(warpField(image(disc, 1, 48, 48), field, { interpolation: 'nearest', border: 'edge' }));
  expect(mask).not.toEqual(disc);
  for (const [i, value] of mask.entries()) {
    expect([0, 1]).toContain(value);
    if (moved[i] === 0 || moved[i] === 1) expect(value).toBe(moved[i]);
  }
});

test.each([
  [1, 1],
  [1, 9],
  [7, 1],
])('%i x %i pixels have a finite field', (height, width) => {
  const { field, folded } = deformationField(height, width, common);
  expect(field.length).toBe(2 * height * width);
  expect(field.every(Number.isFinite)).toBe(true);
  expect(folded).toBe(false);
});
