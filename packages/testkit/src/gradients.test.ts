import { type Tensor, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { gradientError, numericGradient } from './gradients.ts';

const squares = ([x]: readonly Tensor[]): number => [...values(x!)].reduce((sum, each) => sum + each * each, 0);

test('the numeric gradient of a sum of squares is twice the input', () => {
  const numeric = numericGradient(squares, [tensor(Float64Array.of(1, -3), [2])], 0);
  expect([...numeric]).toEqual([expect.closeTo(2, 8), expect.closeTo(-6, 8)]);
});

test.each([3, 1000])('right gradients of %i elements pass, wrong ones are found', (count) => {
  const x = tensor(
    Float64Array.from({ length: count }, (_, i) => i / count),
    [count],
  );
  const right = tensor(
    values(x).map((each) => 2 * each),
    [count],
  );
  const wrong = tensor(
    values(right).map((each, i) => (i === 1 ? each + 0.5 : each)),
    [count],
  );
  expect(gradientError(squares, [x], [right]).worst).toBeLessThan(1e-6);
  expect(gradientError(squares, [x], [wrong]).worst).toBeGreaterThan(1e-3);
});

test('an input without a gradient is not checked', () => {
  expect(gradientError(squares, [tensor(Float64Array.of(1), [1])], [undefined])).toEqual({
    worst: 0,
    where: 'nowhere',
    scale: 0,
  });
});

test('a gradient that is no number is the worst', () => {
  const filled = (first: number, second: number) => tensor(Float64Array.of(first, second), [2]);
  const x = tensor(Float64Array.of(1, 1), [2]);
  for (const each of [Number.NaN, Number.POSITIVE_INFINITY]) {
    // the second input is right: it must not hide the first
    const found = gradientError(([a, b]) => squares([a!]) + squares([b!]), [x, x], [filled(each, 2), filled(2, 2)]);
    expect(found).toMatchObject({ worst: Number.POSITIVE_INFINITY, where: expect.stringContaining(`which is ${each}`) });
  }
});

test('float32 has too few digits for differences', () => {
  const x = tensor(new Float32Array(1), [1]);
  expect(() => gradientError(squares, [x], [x])).toThrow('expected float64 in input 0, got float32');
});
