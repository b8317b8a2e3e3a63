import { values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysAugmenterLaws, pointImage, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { boxBlur } from './box-blur.ts';

obeysAugmenterLaws(boxBlur, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test.each([0.3, 1, 2, 5])('one bright pixel becomes a spot of variance %d squared along both axes', (deviation) => {
  const side = 81;
  const blurred = boxBlur().apply(pointImage(side), { deviation });
  let [sum, rows, columns] = [0, 0, 0];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const value = blurred.get(0, y, x);
      sum += value;
      rows += value * (y - 40) ** 2;
      columns += value * (x - 40) ** 2;
    }
  }
  expect(sum).toBeCloseTo(1, 5);
  expect(rows / deviation ** 2).toBeCloseTo(1, 4);
  expect(columns / deviation ** 2).toBeCloseTo(1, 4);
});

test('a flat image stays flat, and a deviation of 0 is the identity', () => {
  for (const value of values(boxBlur().apply(flatImage(9, 0.3), { deviation: 4 }))) expect(value).toBeCloseTo(0.3, 6);
  const ramp = rampImage(3, 5, 6);
  expect([...values(boxBlur().apply(ramp, { deviation: 0 }))]).toEqual([...values(ramp)]);
});
