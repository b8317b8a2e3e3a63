import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { noise } from './noise.ts';

obeysAugmenterLaws(noise, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('the noise of a mid-gray image has its deviation and no mean', () => {
  const deviation = 0.05; // ten deviations from either end: nothing is clipped
  const added = values(noise().apply(flatImage(330, 0.5), { deviation, seed: 3 })).map((value) => value - 0.5);
  const mean = added.reduce((sum, value) => sum + value, 0) / added.length;
  const variance = added.reduce((sum, value) => sum + value ** 2, 0) / added.length;
  expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(0.02); // 108900 values
  expect(Math.abs(mean)).toBeLessThan((5 * deviation) / 330);
});

test('a deviation of 0 is the identity, and a large one stays in [0, 1]', () => {
  const ramp = rampImage(3, 5, 4);
  expect([...values(noise().apply(ramp, { deviation: 0, seed: 1 }))]).toEqual([...values(ramp)]);
  for (const value of values(noise().apply(ramp, { deviation: 10, seed: 1 }))) expect(value >= 0 && value <= 1).toBe(true);
});

test('channels get noise of their own, and so does every draw', () => {
  const part = noise({ deviationRange: [0.1, 0.1] });
  const [one, other] = [1, 2].map((seed) => part.draw([3, 8, 8], createRandom(seed), { epoch: 0, fraction: 0 }));
  const result = values(part.apply(flatImage(8, 0.5, 3), one!));
  expect([...result.subarray(0, 64)]).not.toEqual([...result.subarray(64, 128)]);
  expect([...result]).not.toEqual([...values(part.apply(flatImage(8, 0.5, 3), other!))]);
});
