import { describe, expect, test } from 'vitest';
import { fourierTransform } from './fourier-transform.ts';

type Complex = readonly [real: Float64Array, imaginary: Float64Array];

/** Numbers in [-1, 1) that look random and are the same every time. */
function noise(count: number, seed = 1): Complex {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return [Float64Array.from({ length: count }, next), Float64Array.from({ length: count }, next)];
}

/** The definition of the two-dimensional transform, term by term. */
function naive([re, im]: Complex, h: number, w: number, sign = -1): Complex {
  const result: Complex = [new Float64Array(h * w), new Float64Array(h * w)];
  for (let ky = 0; ky < h; ky++)
    for (let kx = 0; kx < w; kx++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) {
          const angle = sign * 2 * Math.PI * (((ky * y) % h) / h + ((kx * x) % w) / w);
          const [from, to] = [y * w + x, ky * w + kx];
          result[0][to]! += re[from]! * Math.cos(angle) - im[from]! * Math.sin(angle);
          result[1][to]! += re[from]! * Math.sin(angle) + im[from]! * Math.cos(angle);
        }
  return result;
}

function transformed([re, im]: Complex, shape: readonly number[], direction?: 'forward' | 'inverse'): Complex {
  const result: Complex = [re.slice(), im.slice()];
  fourierTransform(result[0], result[1], shape, direction);
  return result;
}

/** The largest difference, as a share of the largest element of `expected`. */
function relativeError(actual: Complex, expected: Complex): number {
  let [error, largest] = [0, 0];
  for (let i = 0; i < expected[0].length; i++) {
    error = Math.max(error, Math.hypot(actual[0][i]! - expected[0][i]!, actual[1][i]! - expected[1][i]!));
    largest = Math.max(largest, Math.hypot(expected[0][i]!, expected[1][i]!));
  }
  return error / largest;
}

const lengths = [...Array.from({ length: 40 }, (_, i) => i + 1), 64, 97, 101, 121, 128, 169, 210, 224, 227];

test.each(lengths)('a line of %i agrees with the definition', (n) => {
  const input = noise(n, n);
  expect(relativeError(transformed(input, [n]), naive(input, 1, n))).toBeLessThan(1e-12);
  const inverse = naive(input, 1, n, 1);
  const scaled: Complex = [inverse[0].map((value) => value / n), inverse[1].map((value) => value / n)];
  expect(relativeError(transformed(input, [n], 'inverse'), scaled)).toBeLessThan(1e-12);
});

test.each([
  [1, 9],
  [9, 1],
  [4, 4],
  [6, 10],
  [17, 12],
  [15, 34],
])('a plane of %i x %i agrees with the definition', (h, w) => {
  const input = noise(h * w);
  expect(relativeError(transformed(input, [h, w]), naive(input, h, w))).toBeLessThan(1e-12);
});

test('three axes are three passes: a product of lines becomes the product of their transforms', () => {
  const [a, b, c] = [noise(3, 1)[0], noise(4, 2)[0], noise(17, 3)[0]];
  const cube = Float64Array.from({ length: 204 }, (_, i) => a[Math.floor(i / 68)]! * b[Math.floor(i / 17) % 4]! * c[i % 17]!);
  const [fa, fb, fc] = [a, b, c].map((each) => transformed([each, new Float64Array(each.length)], [each.length])) as [
    Complex,
    Complex,
    Complex,
  ];
  const times = ([ar, ai]: readonly number[], [br, bi]: readonly number[]) => [ar! * br! - ai! * bi!, ar! * bi! + ai! * br!];
  const at = ([re, im]: Complex, i: number) => [re[i]!, im[i]!];
  const product = Array.from({ length: 204 }, (_, i) =>
    times(times(at(fa, Math.floor(i / 68)), at(fb, Math.floor(i / 17) % 4)), at(fc, i % 17)),
  );
  const expected: Complex = [Float64Array.from(product, ([re]) => re!), Float64Array.from(product, ([, im]) => im!)];
  expect(relativeError(transformed([cube, new Float64Array(204)], [3, 4, 17]), expected)).toBeLessThan(1e-12);
});

describe.each([[[1]], [[8]], [[5, 7]], [[23, 16]], [[2, 3, 5]], [[30, 1, 29]]])('of shape [%s]', (shape) => {
  const count = shape.reduce((product, size) => product * size, 1);

  test('the inverse takes the transform back', () => {
    const input = noise(count);
    expect(relativeError(transformed(transformed(input, shape), shape, 'inverse'), input)).toBeLessThan(1e-13);
  });

  test('it is linear', () => {
    const [one, other] = [noise(count, 1), noise(count, 2)];
    const sum: Complex = [one[0].map((value, i) => value - 3 * other[0][i]!), one[1].map((value, i) => value - 3 * other[1][i]!)];
    const [f, g] = [transformed(one, shape), transformed(other, shape)];
    const expected: Complex = [f[0].map((value, i) => value - 3 * g[0][i]!), f[1].map((value, i) => value - 3 * g[1][i]!)];
    expect(relativeError(transformed(sum, shape), expected)).toBeLessThan(1e-13);
  });

  test('energy is kept, up to the number of elements (Parseval)', () => {
    const input = noise(count);
    const energy = ([re, im]: Complex) => re.reduce((total, value, i) => total + value ** 2 + im[i]! ** 2, 0);
    expect(energy(transformed(input, shape)) / (count * energy(input))).toBeCloseTo(1, 12);
  });
});

test('an impulse becomes all ones, and a wave one impulse', () => {
  const impulse: Complex = [new Float64Array(12), new Float64Array(12)];
  impulse[0][0] = 1;
  expect([...transformed(impulse, [12])[0]]).toEqual(new Array(12).fill(1));
  const wave: Complex = [Float64Array.from({ length: 12 }, (_, i) => Math.cos((2 * Math.PI * 3 * i) / 12)), new Float64Array(12)];
  for (const [k, value] of transformed(wave, [12])[0].entries()) expect(value).toBeCloseTo(k === 3 || k === 9 ? 6 : 0, 12);
});

test('the transform of (1, 2, 3, 4) is (10, -2 + 2i, -2, -2 - 2i)', () => {
  const [re, im] = transformed([Float64Array.of(1, 2, 3, 4), new Float64Array(4)], [4]);
  for (const [k, value] of re.entries()) expect(value).toBeCloseTo([10, -2, -2, -2][k]!, 12);
  for (const [k, value] of im.entries()) expect(value).toBeCloseTo([0, 2, 0, -2][k]!, 12);
});

test('nothing is left over from one call for the next', () => {
  const first = transformed(noise(34, 5), [34]);
  transformed(noise(34, 6), [34]);
  for (let n = 1; n < 200; n++) transformed(noise(n), [n]);
  expect(transformed(noise(34, 5), [34])).toEqual(first);
});

test('arrays that do not hold the shape are refused', () => {
  expect(() => fourierTransform(new Float64Array(6), new Float64Array(5), [2, 3])).toThrow(
    'fourierTransform: expected 6 elements for shape [2,3], got 6 and 5',
  );
});
