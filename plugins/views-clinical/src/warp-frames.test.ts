import { createRandom } from '@viewforge/random';
import { rampImage } from '@viewforge/testkit';
import { image } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { drawFrameWarp, unwarpFrame, warpFrames } from './index.ts';

/** A smooth picture, on which interpolating twice changes little. */
const smooth = (phase: number) =>
  image(Float32Array.from({ length: 64 * 64 }, (_, i) => 0.5 + 0.3 * Math.sin(phase + (i % 64) / 12) * Math.cos(Math.floor(i / 64) / 15)), 1, 64, 64); // biome-ignore format: one line

test('frames go through one map, so equal frames stay equal', () => {
  const map = drawFrameWarp([1, 64, 64], createRandom(1));
  const [one, two, other] = warpFrames([smooth(0), smooth(0), smooth(1)], map);
  expect(two!.data).toEqual(one!.data);
  expect(other!.data).not.toEqual(one!.data);
});

test('the inverse brings a frame back to its place', () => {
  for (let seed = 0; seed < 5; seed++) {
    const map = drawFrameWarp([1, 64, 64], createRandom(seed));
    const back = unwarpFrame(warpFrames([smooth(0)], map)[0]!, map);
    let worst = 0;
    // the frame is larger than its picture, so what was moved out of sight is lost: look at the middle
    for (let y = 20; y < 44; y++)
      for (let x = 20; x < 44; x++) worst = Math.max(worst, Math.abs(back.get(0, y, x) - smooth(0).get(0, y, x)));
    expect(worst).toBeLessThan(0.003); // two bilinear interpolations of a curvature of 0.3 / 12²
  }
});

test('a whole number of pixels is undone to the bit', () => {
  const frame = rampImage(1, 12, 12);
  const map = { degrees: 0, scale: 1, translate: [3, -2], shear: [0, 0] } as const;
  const back = unwarpFrame(warpFrames([frame], map)[0]!, map);
  for (let y = 2; y < 12; y++) for (let x = 0; x < 9; x++) expect(back.get(0, y, x)).toBe(frame.get(0, y, x));
});

test('maps are drawn from the ranges of the recipe', () => {
  const maps = Array.from({ length: 2000 }, (_, seed) => drawFrameWarp([3, 100, 200], createRandom(seed)));
  const ends = (of: (map: (typeof maps)[number]) => number) => [Math.min(...maps.map(of)), Math.max(...maps.map(of))] as const;
  for (const [of, low, high] of [
    [(map: (typeof maps)[number]) => map.degrees, -5, 5],
    [(map: (typeof maps)[number]) => map.scale, 1, 1.2],
    [(map: (typeof maps)[number]) => map.translate[0], -20, 20],
    [(map: (typeof maps)[number]) => map.translate[1], -10, 10],
  ] as const) {
    const [least, most] = ends(of);
    expect(least).toBeGreaterThanOrEqual(low);
    expect(most).toBeLessThan(high);
    expect(most - least).toBeGreaterThan(0.99 * (high - low));
  }
});
