import { pairs } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { axes, matchers } from '@viewforge/testkit';
import { expect, test } from 'vitest';

expect.extend(matchers);

test.each([2, 5, 16])('InfoNCE of %i orthogonal pairs is ln(e^(1/t) + n - 1) - 1/t', (n) => {
  const t = 0.5;
  const batch = pairs(axes(n), axes(n)); // queries [n, n] and keys [n, n]; key i is the positive of query i
  const { value, gradients } = infoNce({ temperature: t }).differentiate(batch);
  expect(value).toBeCloseTo(Math.log(Math.exp(1 / t) + n - 1) - 1 / t, 12);
  // each query moves away from the n - 1 negatives, all with the same weight
  const weight = 1 / (Math.exp(1 / t) + n - 1) / (t * n);
  expect(gradients.queries!.get(0, 1)).toBeCloseTo(weight, 6);
  expect(infoNce({ temperature: t })).toHaveCorrectGradients(batch);
});
