import { type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { addImpulses, addMeasurementNoise, addNoise } from './index.ts';

const [h, w] = [400, 500];
const deviation = 2.5;
const mask = Uint8Array.from({ length: h * w }, (_, i) => Number(Math.floor(i / w) % 2 === 0)); // every other row is sampled
const kSpace = image(
  Float32Array.from({ length: 2 * h * w }, (_, i) => (mask[i % (h * w)] === 0 ? 0 : Math.sin(i))),
  2,
  h,
  w,
);

test('both parts of 100 000 sampled points get noise of the deviation, and the others stay exactly 0', () => {
  const noisy = values(addMeasurementNoise(kSpace, mask, { deviation, seed: 1 }));
  const before = values(kSpace);
  const sums = [0, 0, 0]; // squares of both parts, and their product
  for (let i = 0; i < h * w; i++) {
    const [real, imaginary] = [noisy[i]! - before[i]!, noisy[i + h * w]! - before[i + h * w]!];
    if (mask[i] === 0) expect([noisy[i], noisy[i + h * w]]).toEqual([0, 0]);
    sums[0]! += real ** 2;
    sums[1]! += imaginary ** 2;
    sums[2]! += real * imaginary;
  }
  const [real, imaginary, both] = sums.map((sum) => sum / 100_000 / deviation ** 2) as [number, number, number];
  expect(Math.abs(real - 1)).toBeLessThan(0.02);
  expect(Math.abs(imaginary - 1)).toBeLessThan(0.02);
  expect(Math.abs(both)).toBeLessThan(0.02);
});

test('of a share of the sampled points, both parts change or none', () => {
  const noisy = values(addMeasurementNoise(kSpace, mask, { deviation, seed: 2, share: 0.25 }));
  let changed = 0;
  for (let i = 0; i < h * w; i++) {
    const moved = [i, i + h * w].map((at) => noisy[at] !== values(kSpace)[at]);
    expect(moved[0]).toBe(moved[1]);
    changed += Number(moved[0]);
  }
  expect(Math.abs(changed / 100_000 - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 100_000));
});

test('the energy of the noise is the same in k-space and in the image', () => {
  const side = 16;
  const empty = image(new Float32Array(2 * side * side), 2, side, side);
  const noise = addMeasurementNoise(empty, new Uint8Array(side * side).fill(1), { deviation: 1, seed: 3 });
  expect(energyOf(orthonormalTransform(noise, side))).toBeCloseTo(energyOf([...values(noise)]), 6);
});

test('a deviation of 0 changes nothing, and a mask of another size is refused', () => {
  expect([...values(addMeasurementNoise(kSpace, mask, { deviation: 0, seed: 1 }))].slice(0, 99)).toEqual(
    [...values(kSpace)].slice(0, 99),
  );
  expect(() => addMeasurementNoise(kSpace, [1], { deviation, seed: 1 })).toThrow('expected a mask of [400, 500], got 1 values');
});

test('a seed names the noise: the same gives the same, another gives another', () => {
  const flat = image(new Float32Array(60).fill(0.5), 3, 4, 5);
  const of = (seed: number) => [...values(addNoise(flat, { deviation: 0.1, seed }))];
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
  expect([...values(addImpulses(flat, { share: 0.5, seed: 1 }))]).not.toEqual([
    ...values(addImpulses(flat, { share: 0.5, seed: 2 })),
  ]);
});

/** Real and imaginary parts of the unitary DFT, by its definition: rows, then columns. */
function orthonormalTransform(input: Image, side: number): number[] {
  let parts = Array.from({ length: side * side }, (_, i) => [values(input)[i]!, values(input)[i + side * side]!] as const);
  for (const along of [1, side]) {
    parts = parts.map((_, i) => {
      const frequency = Math.floor(i / along) % side;
      const first = i - frequency * along;
      let [real, imaginary] = [0, 0];
      for (let k = 0; k < side; k++) {
        const angle = (-2 * Math.PI * frequency * k) / side;
        const [a, b] = parts[first + k * along]!;
        real += a * Math.cos(angle) - b * Math.sin(angle);
        imaginary += a * Math.sin(angle) + b * Math.cos(angle);
      }
      return [real / Math.sqrt(side), imaginary / Math.sqrt(side)] as const;
    });
  }
  return parts.flat();
}

function energyOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value ** 2, 0);
}
