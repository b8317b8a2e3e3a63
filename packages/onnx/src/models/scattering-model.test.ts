import { describe, expect, test } from 'vitest';
import { openSession } from '../session.ts';
import { scatteringChannels, scatteringMap, scatteringModel, type ScatteringShape } from './scattering-model.ts';

const running = { signal: new AbortController().signal };

/** The transform by its definition, in float64 and in the space of pixels: every convolution is a sum over taps. */
function reference(image: Float64Array, size: number, { scales, angles, order }: ScatteringShape): Float64Array[] {
  const step = 2 ** scales;
  const side = (Math.floor((size + step) / step) + 1) * step;
  const padded = reflect(image, size, side);
  const phi = nonZero(gabor(side, 0.8 * 2 ** (scales - 1), 0, 0, 1).re);
  const psi = Array.from({ length: scales }, (_, j) => Array.from({ length: angles }, (_, t) => morlet(side, j, t, angles)));
  const smooth = (map: Float64Array) => {
    const low = convolve(map, phi, side);
    const kept = side / step - 2;
    return Float64Array.from(
      { length: kept * kept },
      (_, i) => low[(Math.floor(i / kept) + 1) * step * side + ((i % kept) + 1) * step]!,
    );
  };
  const modulus = (map: Float64Array, wave: Wave) => {
    const [re, im] = [convolve(map, wave.re, side), convolve(map, wave.im, side)];
    return re.map((value, i) => Math.hypot(value, im[i]!));
  };
  const first = psi.map((waves) => waves.map((wave) => modulus(padded, wave)));
  const outputs = [smooth(padded), ...first.flat().map(smooth)];
  for (let j1 = 0; order === 2 && j1 < scales; j1++)
    for (const map of first[j1]!)
      for (const waves of psi.slice(j1 + 1)) for (const wave of waves) outputs.push(smooth(modulus(map, wave)));
  return outputs;
}

type Taps = readonly { readonly y: number; readonly x: number; readonly value: number }[];
interface Wave {
  readonly re: Taps;
  readonly im: Taps;
}

function reflect(image: Float64Array, size: number, side: number): Float64Array {
  const before = Math.floor((side - size) / 2);
  const mirror = (i: number): number => (i < 0 ? mirror(-i) : i >= size ? mirror(2 * (size - 1) - i) : i);
  return Float64Array.from(
    { length: side * side },
    (_, i) => image[mirror(Math.floor(i / side) - before) * size + mirror((i % side) - before)]!,
  );
}

function gabor(side: number, sigma: number, theta: number, xi: number, slant: number) {
  const field = { re: new Float64Array(side * side), im: new Float64Array(side * side) };
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let a = -2; a <= 2; a++)
        for (let b = -2; b <= 2; b++) {
          const [y, x] = [row + a * side, column + b * side];
          const u1 = y * Math.cos(theta) + x * Math.sin(theta);
          const u2 = -y * Math.sin(theta) + x * Math.cos(theta);
          const size = (slant / (2 * Math.PI * sigma ** 2)) * Math.exp(-(u1 ** 2 + slant ** 2 * u2 ** 2) / (2 * sigma ** 2));
          field.re[row * side + column]! += size * Math.cos(xi * u1);
          field.im[row * side + column]! += size * Math.sin(xi * u1);
        }
  return field;
}

function morlet(side: number, j: number, t: number, angles: number): Wave {
  const theta = ((Math.floor(angles - angles / 2 - 1) - t) * Math.PI) / angles;
  const wave = gabor(side, 0.8 * 2 ** j, theta, (3 * Math.PI) / 4 / 2 ** j, 4 / angles);
  const envelope = gabor(side, 0.8 * 2 ** j, theta, 0, 4 / angles).re;
  const kappa = sum(wave.re) / sum(envelope);
  return { re: nonZero(wave.re.map((value, i) => value - kappa * envelope[i]!)), im: nonZero(wave.im) };
}

function nonZero(kernel: Float64Array): Taps {
  const side = Math.sqrt(kernel.length);
  const least = side > 20 ? 1e-11 : 0; // far below float32, and much faster on the larger grids
  return Array.from(kernel, (value, i) => ({ y: Math.floor(i / side), x: i % side, value })).filter(
    ({ value }) => Math.abs(value) > least,
  );
}

function convolve(map: Float64Array, taps: Taps, side: number): Float64Array {
  const result = new Float64Array(side * side);
  // every row twice, so that the inner loop need not wrap around
  const twice = Float64Array.from({ length: 2 * side * side }, (_, i) => map[Math.floor(i / (2 * side)) * side + (i % side)]!);
  for (const { y, x, value } of taps) {
    for (let row = 0; row < side; row++) {
      const from = ((row - y + side) % side) * 2 * side + side - x;
      for (let column = 0; column < side; column++) result[row * side + column]! += value * twice[from + column]!;
    }
  }
  return result;
}

const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, value) => total + value, 0);
const shapeOf = (size: number, more: Partial<ScatteringShape> = {}): ScatteringShape => ({
  height: size,
  width: size,
  scales: 2,
  angles: 8,
  order: 2,
  pooling: 'none',
  ...more,
});

async function transform(shape: ScatteringShape, images: Float32Array): Promise<Float32Array> {
  const session = await openSession(
    { where: 'scattering', model: scatteringModel(shape), providers: ['cpu'], threads: 2, spinning: false },
    running,
  );
  const dims = [images.length / (3 * shape.height * shape.width), 3, shape.height, shape.width];
  const { outputs } = await session.run({ image: { type: 'float32', shape: dims, data: images } }, ['features'], running);
  await session.close();
  return outputs['features']!.data as Float32Array;
}

/** Smooth and rough at once, the same everywhere. */
const texture = (size: number) =>
  Float64Array.from({ length: size * size }, (_, i) => 0.5 + 0.5 * Math.sin(0.37 * i + 1e-3 * i * i));
const threeTimes = (plane: Float64Array) => Float32Array.from([...plane, ...plane, ...plane]);

/** Largest difference of any number, relative to the largest of its order. */
function distance(found: Float32Array, expected: readonly Float64Array[], { scales, angles }: ScatteringShape): number {
  const length = expected[0]!.length;
  const orders = [expected.slice(0, 1), expected.slice(1, 1 + scales * angles), expected.slice(1 + scales * angles)];
  const largest = orders.map((maps) => Math.max(0, ...maps.flatMap((map) => Array.from(map, Math.abs))));
  const apart = expected.flatMap((map, channel) => {
    const order = channel === 0 ? 0 : channel <= scales * angles ? 1 : 2;
    return Array.from(map, (value, i) => Math.abs(value - found[channel * length + i]!) / largest[order]!);
  });
  return Math.max(...apart);
}

describe('worked numbers, 8 x 8, J = 2, L = 8', () => {
  const shape = shapeOf(8);
  const channels = (found: ArrayLike<number>) =>
    Array.from({ length: 81 }, (_, c) => Array.from({ length: 4 }, (_, i) => found[c * 4 + i]!));

  test('a constant image is its own mean and has no waves', async () => {
    const expected = reference(new Float64Array(64).fill(1), 8, shape);
    for (const value of expected[0]!) expect(value).toBeCloseTo(1, 4); // the low pass sums to 1 within 1e-4
    for (const map of expected.slice(1)) for (const value of map) expect(Math.abs(value)).toBeLessThan(1e-12);
    const found = channels(await transform(shape, new Float32Array(3 * 64).fill(1)));
    for (const map of found.slice(1)) for (const value of map) expect(value).toBeLessThan(1e-6); // float32
  });

  test('a unit impulse at row 4, column 4', async () => {
    const image = new Float64Array(64);
    image[36] = 1;
    for (const found of [
      reference(image, 8, shape).flatMap((map) => [...map]),
      [...(await transform(shape, threeTimes(image)))],
    ]) {
      const at = channels(found);
      const digits = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));
      expect(digits(at[0]!)).toEqual([0.00049, 0.005523, 0.005523, 0.062281]);
      expect(digits([1, 2, 3, 4].map((c) => at[c]![0]!))).toEqual([0.003312, 0.003627, 0.003312, 0.00299]);
      expect(digits([9, 10, 11, 12].map((c) => at[c]![0]!))).toEqual([0.008651, 0.012727, 0.008651, 0.01038]);
      expect(digits([17, 18, 19, 20].map((c) => at[c]![0]!))).toEqual([0.00421, 0.005945, 0.002975, 0.005787]);
      expect(sum(at.flat())).toBeCloseTo(2.499829, 5);
    }
  });

  test('a ramp', async () => {
    const image = Float64Array.from({ length: 64 }, (_, i) => (Math.floor(i / 8) + 2 * (i % 8)) / 21);
    for (const found of [reference(image, 8, shape).flatMap((map) => [...map]), await transform(shape, threeTimes(image))]) {
      const at = channels(found);
      for (const [i, value] of [0.175707, 0.43703, 0.306368, 0.567691].entries()) expect(at[0]![i]).toBeCloseTo(value, 5);
      expect(sum(at.slice(1, 17).flat())).toBeCloseTo(1.534059, 5);
      expect(sum(at.slice(17).flat())).toBeCloseTo(0.233968, 5);
    }
  });
});

// measured: 2e-7 to 7e-7, relative to the largest number of an order; float32, sums of up to 72 terms eight times over
test.each([
  ['8 x 8', shapeOf(8)],
  ['32 x 32', shapeOf(32)],
  ['64 x 64', shapeOf(64)],
  ['order 1', shapeOf(16, { order: 1 })],
  ['one scale', shapeOf(16, { scales: 1 })],
  ['three scales', shapeOf(16, { scales: 3, angles: 4 })],
  ['padding beyond one reflection', shapeOf(8, { scales: 3, angles: 2 })],
  ['one angle', shapeOf(12, { angles: 1 })],
  ['five angles', shapeOf(13, { angles: 5 })],
  ['six angles', shapeOf(18, { angles: 6 })],
])('the graph agrees with the definition to 2e-6: %s', async (_, shape) => {
  const image = texture(shape.height);
  const expected = reference(image, shape.height, shape);
  expect(expected).toHaveLength(scatteringChannels(shape));
  expect(expected[0]).toHaveLength(scatteringMap(shape)[0] ** 2);
  const found = await transform(shape, threeTimes(image));
  expect(found).toHaveLength(3 * expected.length * expected[0]!.length);
  expect(distance(found, expected, shape)).toBeLessThan(2e-6);
});

test('pooled features are the means of the maps, color by color', async () => {
  const shape = shapeOf(32);
  const image = new Float32Array([...texture(32), ...texture(32).map((v) => 1 - v), ...texture(32).map((v) => v * v)]);
  const maps = await transform(shape, image.slice());
  const means = await transform({ ...shape, pooling: 'mean' }, image);
  expect(means).toHaveLength(243);
  for (const [channel, mean] of means.entries()) {
    expect(mean).toBeCloseTo(sum(maps.subarray(channel * 64, (channel + 1) * 64)) / 64, 6);
  }
});

test('images of a batch do not see each other', async () => {
  const shape = shapeOf(16, { pooling: 'mean' });
  const images = Float32Array.from({ length: 3 * 768 }, (_, i) => Math.abs(Math.sin(i * i)));
  const together = await transform(shape, images.slice());
  const last = await transform(shape, images.slice(2 * 768));
  for (const [i, value] of last.entries()) expect(together[2 * 243 + i]).toBeCloseTo(value, 6);
});

test('a quarter turn of the image moves each angle by a quarter turn', async () => {
  const shape = shapeOf(32, { pooling: 'mean', order: 1 });
  const image = Float64Array.from({ length: 1024 }, (_, i) =>
    Math.exp(-(((Math.floor(i / 32) - 15.5) / 3) ** 2 + (((i % 32) - 15.5) / 7) ** 2)),
  );
  const turned = image.map((_, i) => image[(i % 32) * 32 + (31 - Math.floor(i / 32))]!);
  const [before, after] = [await transform(shape, threeTimes(image)), await transform(shape, threeTimes(turned))];
  for (let j = 0; j < 2; j++)
    for (let t = 0; t < 8; t++)
      expect(Math.abs(after[1 + j * 8 + ((t + 4) % 8)]! - before[1 + j * 8 + t]!)).toBeLessThan(1e-2 * before[1 + j * 8]!);
});

test('the transform brings no two images further apart', async () => {
  const shape = shapeOf(16);
  const [a, b] = [texture(16), texture(16).map((value, i) => value * (1 - 0.2 * Math.cos(i)))];
  const [x, y] = [await transform(shape, threeTimes(a)), await transform(shape, threeTimes(b))];
  const norm = (p: ArrayLike<number>, q: ArrayLike<number>) => Math.sqrt(sum(Array.from(p, (value, i) => (value - q[i]!) ** 2)));
  expect(norm(x, y)).toBeLessThanOrEqual(Math.sqrt(3) * norm(a, b));
});
