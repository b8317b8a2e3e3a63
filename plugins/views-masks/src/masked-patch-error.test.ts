import { createRandom } from '@viewforge/random';
import { gradientError } from '@viewforge/testkit';
import { tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { maskedPatchError } from './index.ts';

test('visible patches do not count, hidden ones count alike', () => {
  const prediction = tensor(Float64Array.of(1, 1, 0, 0, 5, 5), [3, 2]);
  const target = tensor(Float64Array.of(0, 0, 0, 3, 9, 9), [3, 2]);
  // the first differs by 1 and 1, the second by 0 and 3: (1 + 4.5) / 2
  const { value, gradient } = maskedPatchError({ prediction, target, mask: Float32Array.of(1, 1, 0) });
  expect(value).toBeCloseTo(2.75, 12);
  expect([...values(gradient)]).toEqual([0.5, 0.5, 0, -1.5, 0, 0]);
});

test('normalized targets have mean 0 and unbiased variance 1 in each patch', () => {
  // 1, 2, 3: mean 2, variance 1, so the target is -1, 0, 1 but for the 1e-6
  const target = tensor(Float64Array.of(1, 2, 3), [1, 3]);
  const zero = tensor(new Float64Array(3), [1, 3]);
  const { value } = maskedPatchError({ prediction: zero, target, mask: Float32Array.of(1) }, { normalized: true });
  expect(value).toBeCloseTo(2 / 3 / (1 + 1e-6), 12);
  const moved = tensor(Float64Array.of(10, 30, 50), [1, 3]); // the same but for brightness and contrast
  expect(maskedPatchError({ prediction: zero, target: moved, mask: Float32Array.of(1) }, { normalized: true }).value).toBeCloseTo(
    2 / 3,
    6,
  );
});

test.each([false, true])('the gradient is the derivative (normalized: %s), and nothing flows to the target', (normalized) => {
  const random = createRandom(5);
  const draw = () => tensor(Float64Array.from({ length: 5 * 6 }, () => random.normal(0, 1)), [5, 6]); // biome-ignore format: one line
  const [prediction, target] = [draw(), draw()];
  const mask = Float32Array.of(1, 0, 1, 1, 0);
  const { gradient } = maskedPatchError({ prediction, target, mask }, { normalized });
  const measure = ([moved]: readonly (typeof prediction)[]) =>
    maskedPatchError({ prediction: moved!, target, mask }, { normalized }).value;
  expect(gradientError(measure as never, [prediction], [gradient]).worst).toBeLessThan(1e-6);
});

test('no error where nothing is hidden, and finite numbers for patches of one value', () => {
  const flat = tensor(Float64Array.of(1, 2), [2, 1]);
  const zero = tensor(new Float64Array(2), [2, 1]);
  expect(maskedPatchError({ prediction: flat, target: zero, mask: new Float32Array(2) }).value).toBe(0);
  const { value, gradient } = maskedPatchError(
    { prediction: flat, target: flat, mask: Float32Array.of(1, 1) },
    { normalized: true },
  );
  expect(value).toBeCloseTo((1 + 4) / 2, 12); // a single value is its own mean: the target is 0
  expect([...values(gradient)]).toEqual([1, 2]);
});

test('shapes that do not fit are refused', () => {
  const [one, two] = [tensor(new Float32Array(2), [1, 2]), tensor(new Float32Array(2), [2, 1])];
  expect(() => maskedPatchError({ prediction: one, target: two, mask: new Float32Array(1) })).toThrow(RangeError);
  expect(() => maskedPatchError({ prediction: one, target: one, mask: new Float32Array(2) })).toThrow(RangeError);
});
