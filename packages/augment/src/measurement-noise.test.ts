import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { measurementNoise } from './measurement-noise.ts';

obeysAugmenterLaws(measurementNoise, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('what is drawn above the lower end grows with the run until the warm-up is over', () => {
  const part = measurementNoise({ deviationRange: [0.1, 0.5], warmUp: 0.4 });
  const at = (fraction: number) => part.draw([1, 4, 4], createRandom(9), { epoch: 0, fraction }).deviation;
  const full = at(0.4);
  expect(at(0)).toBeCloseTo(0.1, 12);
  expect(at(0.1)).toBeCloseTo(0.1 + (full - 0.1) / 4, 12);
  expect(at(0.2)).toBeCloseTo(0.1 + (full - 0.1) / 2, 12);
  expect(at(0.9)).toBe(full);
  expect(
    measurementNoise({ deviationRange: [0.1, 0.5] }).draw([1, 4, 4], createRandom(9), { epoch: 0, fraction: 0 }).deviation,
  ).toBe(full);
});

test('only a share of the pixels gets noise, in all their channels, of the full deviation', () => {
  const [deviation, share] = [0.05, 0.3];
  const result = values(measurementNoise().apply(flatImage(600, 0.5, 2), { deviation, share, seed: 4 }));
  const added = Array.from(result, (value) => value - 0.5);
  const noisy = added.slice(0, 360_000).filter((value) => value !== 0);
  expect(Math.abs(noisy.length / 360_000 - share)).toBeLessThan(0.005);
  for (let i = 0; i < 1000; i++) expect(added[i] === 0).toBe(added[360_000 + i] === 0);
  const variance = noisy.reduce((sum, value) => sum + value ** 2, 0) / noisy.length;
  expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(0.02);
});
