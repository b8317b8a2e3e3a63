import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { impulseNoise } from './impulse-noise.ts';

obeysAugmenterLaws(impulseNoise, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('of 90 000 pixels the share turns, half of it black and half white, in all channels', () => {
  const share = 0.2;
  const result = impulseNoise().apply(flatImage(300, 0.5, 3), { share, seed: 5 });
  const data = values(result);
  const red = data.subarray(0, 90_000);
  expect([...data.subarray(180_000)]).toEqual([...red]);
  const [black, white] = [0, 1].map((value) => red.filter((found) => found === value).length);
  for (const count of [black!, white!]) expect(Math.abs(count - 9000)).toBeLessThan(5 * Math.sqrt(9000 * 0.9));
  expect(red.filter((value) => value === 0.5).length).toBe(90_000 - black! - white!);
});

test('a share of 0 changes nothing, and a share of 1 leaves nothing', () => {
  const ramp = rampImage(3, 7, 5);
  expect([...values(impulseNoise().apply(ramp, { share: 0, seed: 1 }))]).toEqual([...values(ramp)]);
  for (const value of values(impulseNoise().apply(ramp, { share: 1, seed: 1 }))) expect([0, 1]).toContain(value);
});
