import { createRandom } from '@viewforge/random';
import { exampleImages, flatImage, obeysAugmenterLaws, pointImage, rampImage } from '@viewforge/testkit';
import { type Image, image, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { depthHoles, depthNoise, edgeDrop, medianFilter } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 9, 14), rampImage(1, 1, 7)];
const zeros = (of: Image) => values(of).reduce((count, value) => count + Number(value === 0), 0);

for (const factory of [depthNoise, depthHoles, edgeDrop, medianFilter]) obeysAugmenterLaws(factory, examples);

describe('depth-noise', () => {
  test.each([
    [0.5, 0.001 + 0.002 * 0.5 ** 2],
    [3, 0.001 + 0.002 * 3 ** 2],
    [8, 0.001 + 0.002 * 8 ** 2],
  ])('at %d m the deviation is %d m', (depth, deviation) => {
    const flat = flatImage(256, depth / 10);
    const noisy = depthNoise().apply(flat, { base: 0.001, growth: 0.002, farthest: 10, seed: 5 });
    const errors = values(noisy).map((value) => value * 10 - Math.fround(depth / 10) * 10);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / 256); // four deviations of a mean of 256² normals
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.015); // a deviation of it is 0.003
  });

  test('where nothing was measured stays so, and without noise nothing changes', () => {
    const depths = image(Float32Array.of(0, 0.5, 0, 1), 1, 2, 2);
    const part = depthNoise({ base: 5 });
    const noisy = part.apply(depths, part.draw(depths.shape, createRandom(1), start));
    expect([noisy.data[0], noisy.data[2]]).toEqual([0, 0]);
    expect(noisy.data[1]).not.toBe(0.5);
    expect(depthNoise().apply(depths, { base: 0, growth: 0, farthest: 10, seed: 1 }).data).toEqual(depths.data);
  });
});

describe('depth-holes', () => {
  test.each([0, 0.01, 0.1, 0.5, 1])('a share of %d is cut out, the rest stays to the bit', (share) => {
    const flat = flatImage(32, 0.7);
    const cut = depthHoles().apply(flat, { share, seed: 3 });
    expect(zeros(cut)).toBe(Math.floor(share * 1024 + 1e-9));
    expect(values(cut).every((value) => value === 0 || value === flat.data[0])).toBe(true);
  });

  test('shares are drawn from the range', () => {
    const shares = Array.from({ length: 2000 }, (_, seed) => depthHoles().draw([1, 8, 8], createRandom(seed), start).share);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThan(0.1);
    expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(0.099);
  });

  test('holes are regions, not specks: most neighbors of a hole are holes', () => {
    const cut = depthHoles().apply(flatImage(64, 1), { share: 0.1, seed: 8 });
    let [inside, all] = [0, 0];
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 63; x++) {
        if (cut.get(0, y, x) !== 0) continue;
        all++;
        inside += Number(cut.get(0, y, x + 1) === 0);
      }
    }
    expect(inside / all).toBeGreaterThan(0.8); // of specks it would be 0.1
  });

  test('channels have the same holes', () => {
    const cut = depthHoles().apply(flatImage(16, 1, 3), { share: 0.3, seed: 2 });
    const plane = (c: number) => values(cut).slice(c * 256, (c + 1) * 256);
    expect(plane(1)).toEqual(plane(0));
    expect(plane(2)).toEqual(plane(0));
  });
});

describe('edge-drop', () => {
  // 1 m, then 3 m from column 2 on: gradients of 1 m at columns 1 and 2, none elsewhere
  const step = image(Float32Array.of(0.1, 0.1, 0.3, 0.3, 0.1, 0.1, 0.3, 0.3), 1, 2, 4);

  test('pixels on both sides of a step go, others stay', () => {
    const dropped = edgeDrop().apply(step, { threshold: 0.05, share: 1, farthest: 10, seed: 1 });
    expect([...dropped.data]).toEqual([0.1, 0, 0, 0.3, 0.1, 0, 0, 0.3].map(Math.fround));
    const kept = edgeDrop().apply(step, { threshold: 1.01, share: 1, farthest: 10, seed: 1 });
    expect(kept.data).toEqual(step.data);
  });

  test('the gradient counts rows and columns together, and one side at the edges', () => {
    // down 0.3 m a row, right 0.4 m a column: 0.5 m
    const slope = image(Float32Array.from({ length: 9 }, (_, i) => 0.3 + 0.03 * Math.floor(i / 3) + 0.04 * (i % 3)), 1, 3, 3); // biome-ignore format: one line
    expect(zeros(edgeDrop().apply(slope, { threshold: 0.499, share: 1, farthest: 10, seed: 1 }))).toBe(9);
    expect(zeros(edgeDrop().apply(slope, { threshold: 0.501, share: 1, farthest: 10, seed: 1 }))).toBe(0);
  });

  test('half of the steep pixels are dropped', () => {
    const stripes = image(Float32Array.from({ length: 128 * 128 }, (_, i) => 0.2 + 0.3 * (Math.floor((i % 128) / 2) % 2)), 1, 128, 128); // biome-ignore format: one line
    const dropped = edgeDrop().apply(stripes, { threshold: 0.05, share: 0.5, farthest: 10, seed: 4 });
    const steep = 128 * 126; // all but the outermost columns
    expect(Math.abs(zeros(dropped) / steep - 0.5)).toBeLessThan(0.02); // 0.004 is a deviation
  });

  test('a share of 0 drops nothing', () => {
    expect(edgeDrop().apply(step, { threshold: 0, share: 0, farthest: 10, seed: 1 }).data).toEqual(step.data);
  });
});

test('the median takes a lone pixel away and keeps a step', () => {
  expect(zeros(medianFilter().apply(pointImage(5), {}))).toBe(25);
  const step = image(
    Float32Array.from({ length: 16 }, (_, i) => Number(i % 4 > 1)),
    1,
    4,
    4,
  );
  expect(medianFilter().apply(step, {}).data).toEqual(step.data);
});
