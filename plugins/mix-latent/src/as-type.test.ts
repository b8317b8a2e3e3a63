import { tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { asType } from './as-type.ts';

test('sums come in the type of what they are like, and in its shape unless told', () => {
  const sums = Float64Array.of(0.1, 2);
  const [short, long] = [tensor(new Float32Array(2), [2, 1]), tensor(new Float64Array(2), [2])];
  expect([asType(sums, short).data, asType(sums, short).shape]).toEqual([Float32Array.of(0.1, 2), [2, 1]]);
  expect([asType(sums, long, [1, 2]).data, asType(sums, long, [1, 2]).shape]).toEqual([sums, [1, 2]]);
});
