import { createRandom } from '@viewforge/random';
import { describe, expect, test } from 'vitest';
import { filteredNoise, gaussianField, openFields } from './gaussian-field.ts';

const gaussian = { spectrum: 'gaussian', length: 1, deviation: 1 } as const;

function delta(height: number, width: number): Float64Array {
  const noise = new Float64Array(height * width);
  noise[0] = 1;
  return noise;
}

function normals(count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal(0, 1));
}

test('noise at one point becomes the kernel of the covariance, worked out on 4 x 4', () => {
  const field = filteredNoise(delta(4, 4), 4, 4, gaussian);
  for (const [x, value] of [0.736541, 0.311484, 0.001879, 0.311484].entries()) expect(field[x]).toBeCloseTo(value, 6);
  expect(field[5]).toBeCloseTo(0.131727, 6);
  const energy = field.reduce((sum, value) => sum + value ** 2, 0);
  expect(energy).toBeCloseTo(1, 12); // Parseval: deviation² whatever the spectrum
});

test('a deviation scales the field', () => {
  const [one, three] = [1, 3].map((deviation) => filteredNoise(normals(30, 1), 5, 6, { ...gaussian, deviation }));
  for (const [i, value] of three!.entries()) expect(value).toBeCloseTo(3 * one![i]!, 12);
});

test('a length of 0 leaves the noise as it is', () => {
  const noise = normals(35, 2);
  for (const [i, value] of filteredNoise(noise, 5, 7, { ...gaussian, length: 0 }).entries())
    expect(value).toBeCloseTo(noise[i]!, 12);
});

test('without its mean, a period sums to 0', () => {
  for (const spectrum of ['gaussian', 'power-law'] as const) {
    const field = filteredNoise(normals(48, 3), 6, 8, { spectrum, length: 2, deviation: 1, zeroMean: true });
    expect(field.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
    expect(Math.max(...field)).toBeGreaterThan(0.5);
  }
  expect([...filteredNoise(Float64Array.of(2), 1, 1, { ...gaussian, zeroMean: true })]).toEqual([0]);
});

test('the amplitude of a power law falls with its exponent, and is held below one period of the longer side', () => {
  const [height, width, exponent] = [8, 16, 1.5];
  const field = filteredNoise(delta(height, width), height, width, { spectrum: 'power-law', length: 0, deviation: 1, exponent });
  const amplitude = (ky: number, kx: number) =>
    field.reduce((sum, value, i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      return sum + value * Math.cos(2 * Math.PI * ((ky * y) / height + (kx * x) / width));
    }, 0);
  expect(amplitude(0, 4) / amplitude(0, 2)).toBeCloseTo(2 ** -exponent, 10);
  expect(amplitude(2, 0) / amplitude(0, 4)).toBeCloseTo(1, 10); // a quarter of a cycle a pixel along either axis
  expect(amplitude(3, 4) / amplitude(0, 4)).toBeCloseTo(((3 / 8) ** 2 + (4 / 16) ** 2) ** (-exponent / 2) * 0.25 ** exponent, 10);
  expect(amplitude(0, 0) / amplitude(0, 1)).toBeCloseTo(1, 10);
});

/** Variance at every place and covariance at a distance along x, over many fields. */
function statistics(fields: readonly ArrayLike<number>[], width: number, lag: number) {
  let [variance, covariance, count] = [0, 0, 0];
  for (const field of fields) {
    for (let i = 0; i < field.length; i += 5) {
      const x = i % width;
      if (x + lag >= width) continue;
      variance += field[i]! ** 2;
      covariance += field[i]! * field[i + lag]!;
      count++;
    }
  }
  return { variance: variance / count, correlation: covariance / variance };
}

describe.each([1, 2])('over many fields of 64 x 64 and length 8 with a period of %d times that', (padFactor) => {
  const fields = Array.from({ length: 600 }, (_, seed) => gaussianField(64, 64, { ...gaussian, length: 8, padFactor }, seed));

  test('the variance is 1, and a length away the correlation is exp(-1/2)', () => {
    // a field has some ten independent places, so 600 fields give a deviation of about 0.02
    const { variance, correlation } = statistics(fields, 64, 8);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect(Math.abs(correlation - Math.exp(-0.5))).toBeLessThan(0.05);
  });

  test('opposite edges know of each other only in a single period', () => {
    const across = fields.reduce((sum, field) => sum + field[64 * 30]! * field[64 * 30 + 63]!, 0) / fields.length;
    // one pixel apart around a period of 64; two deviations of 0.04 otherwise
    if (padFactor === 1) expect(across).toBeGreaterThan(0.85);
    else expect(Math.abs(across)).toBeLessThan(0.1);
  });
});

test('filtered noise has the same statistics', () => {
  const fields = Array.from({ length: 300 }, (_, seed) => filteredNoise(normals(4096, seed), 64, 64, { ...gaussian, length: 8 }));
  const { variance, correlation } = statistics(fields, 64, 8);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(Math.abs(correlation - Math.exp(-0.5))).toBeLessThan(0.05);
});

test('the variance of a power law is that of its deviation', () => {
  const field = { spectrum: 'power-law', length: 0, deviation: 2, exponent: 1.5, padFactor: 2 } as const;
  const fields = Array.from({ length: 400 }, (_, seed) => gaussianField(16, 16, field, seed));
  const { variance, correlation } = statistics(fields, 16, 1);
  expect(Math.abs(variance / 4 - 1)).toBeLessThan(0.15); // most of it is in a few long waves
  expect(correlation).toBeGreaterThan(0.5);
});

/** The waves of one axis: 1, then root 2 cosine and sine of each frequency up to `most`. */
function waves(period: number, most: number): ((i: number) => number)[] {
  const list = [(_: number) => 1];
  for (let k = 1; k <= most; k++) {
    list.push((i) => Math.SQRT2 * Math.cos((2 * Math.PI * k * i) / period));
    list.push((i) => Math.SQRT2 * Math.sin((2 * Math.PI * k * i) / period));
  }
  return list;
}

test('adding waves is filtering the noise that the same waves make', () => {
  const [height, width, length] = [30, 26, 6];
  const draws = createRandom('waves');
  const noise = new Float64Array(height * width);
  // amplitudes of 1e-5 and more: 0 to 5 periods on 30 pixels, 0 to 4 on 26
  for (const a of waves(height, 5))
    for (const b of waves(width, 4)) {
      const amplitude = draws.normal(0, 1) / Math.sqrt(height * width);
      for (let i = 0; i < noise.length; i++) noise[i]! += amplitude * a(Math.floor(i / width)) * b(i % width);
    }
  const expected = filteredNoise(noise, height, width, { ...gaussian, length });
  const field = gaussianField(height, width, { ...gaussian, length }, 'waves');
  for (const [i, value] of field.entries()) expect(value).toBeCloseTo(expected[i]!, 4); // waves below 1e-5 are left out
});

test.each([
  [1, 1, 5],
  [1, 40, 5],
  [40, 1, 0],
  [3, 2, 100],
])('a field of %i x %i and length %d is finite, and the same for the same seed', (height, width, length) => {
  for (const spectrum of ['gaussian', 'power-law'] as const) {
    const field = { spectrum, length, deviation: 1, padFactor: 2 } as const;
    const one = gaussianField(height, width, field, 5);
    expect(one.length).toBe(height * width);
    expect(one.every(Number.isFinite)).toBe(true);
    expect(gaussianField(height, width, field, 5)).toEqual(one);
    expect(gaussianField(height, width, field, 6)).not.toEqual(one);
  }
});

test('a deviation of 0 is no field at all', () => {
  for (const length of [0, 9]) {
    const field = gaussianField(7, 5, { ...gaussian, length, deviation: 0 }, 1);
    expect(field.every((value) => value === 0)).toBe(true);
  }
});

test('several fields are those of their own streams', () => {
  const draws = [0, 1, 2, 3].map((seed) => ({ deviation: seed + 0.5, random: createRandom(seed) }));
  const together = openFields(9, 11, 5, draws);
  for (const [n, { deviation }] of draws.entries()) {
    const alone = openFields(9, 11, 5, [{ deviation, random: createRandom(n) }]);
    expect(together.slice(n * 99, (n + 1) * 99)).toEqual(alone);
  }
});
