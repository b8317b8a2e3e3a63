import type { ViewBatch } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features, tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { startCovariance, updateCovariance } from './class-covariance.ts';
import { addCovarianceNoise, covarianceNoise, covarianceNoiseFrom } from './covariance-noise.ts';

const context = { epoch: 0, step: 0, fraction: 0.5, stages: 3 };
const batch: ViewBatch = { ...exampleViewBatch([9, 4]), labels: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2) };

obeysMixerLaws(covarianceNoise({ schedule: 'constant' }), [...exampleViewBatches(), exampleViewBatch([7, 5])]);
obeysMixerLaws(covarianceNoise({ schedule: 'constant', diagonal: true, spread: 'batch' }), exampleViewBatches());

test('it works behind the last stage unless told otherwise, and its strength grows with the run', () => {
  const part = covarianceNoise({ strength: 0.5 });
  const drawn = part.draw(batch, createRandom(1), context);
  expect(part.stageOf!(drawn)).toBe(3);
  expect(drawn.strength).toBe(0.25); // 0.5 of 0.5
  expect(covarianceNoise({ schedule: 'constant', stage: 1 }).draw(batch, createRandom(1), context)).toMatchObject({
    strength: 0.5,
    stage: 1,
  });
});

test('at the start of a linear schedule the batch stays as it was', () => {
  const part = covarianceNoise();
  const drawn = part.draw(batch, createRandom(1), { ...context, fraction: 0 });
  expect(part.apply(batch, drawn)).toBe(batch);
});

test('a row that is alone with its class stays, others do not; labels and blend stay', () => {
  const part = covarianceNoise({ schedule: 'constant' });
  const mixed = part.apply(batch, part.draw(batch, createRandom(1), context));
  const [before, after] = [values(batch.values), values(mixed.values)];
  expect([...after.subarray(32)]).toEqual([...before.subarray(32)]);
  expect(after.subarray(0, 32).every((each, at) => each !== before[at])).toBe(true);
  expect([mixed.labels, mixed.blend]).toEqual([batch.labels, batch.blend]);
});

test('a row with NaN stays, and does not reach others of its class', () => {
  const data = Float32Array.from(values(batch.values));
  data[0] = Number.NaN;
  const part = covarianceNoise({ schedule: 'constant' });
  const broken = { ...batch, values: tensor(data, [9, 4]) };
  const mixed = values(part.apply(broken, part.draw(broken, createRandom(1), context)).values);
  expect([...mixed.subarray(0, 4)]).toEqual([...data.subarray(0, 4)]);
  expect(mixed.subarray(4).every(Number.isFinite)).toBe(true);
});

describe('the noise', () => {
  const [x, y] = [1, 0.5];
  // two rows each of (x, y) and -(x, y): covariance [[x², xy], [xy, y²]] and, in class 1, of single axes
  const known = updateCovariance(
    startCovariance(2, 2),
    features(Float64Array.of(x, y, -x, -y, 2, 0, -2, 0, 0, 1, 0, -1), 6, 2),
    Int32Array.of(0, 0, 1, 1, 1, 1),
  );

  test.each([
    ['along a line', 0, [x * x, x * y, y * y]],
    ['along axes', 1, [2, 0, 0.5]],
  ] as const)('has the covariance of its class, times the strength: %s', (_, label, [xx, xy, yy]) => {
    const n = 20000;
    const noisy = values(
      addCovarianceNoise(tensor(new Float64Array(2 * n), [n, 2]), new Int32Array(n).fill(label), known, {
        strength: 0.5,
        seed: 3,
      }),
    );
    const moment = (e: number, f: number) =>
      Array.from({ length: n }, (_, i) => noisy[2 * i + e]! * noisy[2 * i + f]!).reduce((a, b) => a + b, 0) / n;
    // a product of two normal numbers has a deviation of at most sqrt(2) times theirs: five of it
    for (const [found, expected] of [
      [moment(0, 0), 0.5 * xx],
      [moment(0, 1), 0.5 * xy],
      [moment(1, 1), 0.5 * yy],
    ] as const) {
      expect(Math.abs(found - expected)).toBeLessThan((5 * Math.SQRT2 * 0.5 * xx) / Math.sqrt(n) + 1e-5);
    }
  });

  test('of a line stays on it, but for the jitter', () => {
    const noisy = addCovarianceNoise(tensor(new Float64Array(20), [10, 2]), new Int32Array(10), known, { strength: 1, seed: 1 });
    for (let i = 0; i < 10; i++) expect(Math.abs(noisy.get(i, 1) - y * noisy.get(i, 0))).toBeLessThan(0.01); // 1e-3 a deviation
  });

  test('of a diagonal has no covariance between features', () => {
    const diagonal = updateCovariance(
      startCovariance(1, 2, 'diagonal'),
      features(Float64Array.of(1, 1, -1, -1), 2, 2),
      Int32Array.of(0, 0),
    );
    const noisy = addCovarianceNoise(tensor(new Float64Array(2), [1, 2]), Int32Array.of(0), diagonal, { strength: 4, seed: 7 });
    const plain = addCovarianceNoise(tensor(new Float64Array(2), [1, 2]), Int32Array.of(0), diagonal, { strength: 1, seed: 7 });
    expect(noisy.get(0, 0) / plain.get(0, 0)).toBeCloseTo(2, 12);
    expect(noisy.get(0, 0)).not.toBeCloseTo(noisy.get(0, 1), 3);
  });

  test('of given statistics is that of the part made from them, and comes from the seed alone', () => {
    const labeled: ViewBatch = {
      values: tensor(new Float32Array(8), [4, 2]),
      blend: { kind: 'identity' },
      labels: Int32Array.of(0, 1, 1, 0),
    };
    const part = covarianceNoiseFrom(known, { schedule: 'constant' });
    expect(part.origin).toBeUndefined();
    const drawn = part.draw(labeled, createRandom(5), context);
    const expected = addCovarianceNoise(labeled.values, labeled.labels!, known, { strength: 0.5, seed: drawn.seed });
    expect(values(part.apply(labeled, drawn).values)).toEqual(values(expected));
    expect(() => part.apply({ ...labeled, values: tensor(new Float32Array(12), [4, 3]) }, drawn)).toThrow(
      'expected rows of width 2, got 3',
    );
    expect(() => part.apply({ ...labeled, labels: Int32Array.of(0, 2, 1, 0) }, drawn)).toThrow(
      'expected classes from 0 to 1, got 2',
    );
  });
});

test('gradients pass as they are', () => {
  const part = covarianceNoise();
  const gradients = { values: tensor(Float32Array.of(1, 2), [1, 2]) };
  expect(part.pullback!(batch, part.draw(batch, createRandom(1), context), gradients)).toBe(gradients);
});

test('items without classes are refused, but where the whole batch is one class', () => {
  const { labels: _, ...unlabeled } = batch;
  const mix = (spread: 'class' | 'batch') => {
    const part = covarianceNoise({ spread, schedule: 'constant' });
    return part.apply(unlabeled, part.draw(unlabeled, createRandom(1), context));
  };
  expect(() => mix('class')).toThrow('covariance-noise: expected items that all have a class');
  expect(values(mix('batch').values).every((each, at) => each !== values(batch.values)[at])).toBe(true);
});

test('rows too wide for a covariance are refused, before anything is encoded where they are the input', () => {
  const wide = exampleViewBatch([2, 8193]);
  const context = { epoch: 0, step: 0, fraction: 0.5, stages: 1 };
  const part = (stage: number, diagonal: boolean) => covarianceNoise({ spread: 'batch', stage, diagonal });
  const refusal = 'covariance-noise: expected rows of at most 8192 numbers, got 8193; take a later stage, or diagonal: true';
  expect(() => part(0, false).draw(wide, createRandom(1), context)).toThrow(refusal);
  const later = part(1, false);
  expect(() => later.apply(wide, later.draw(wide, createRandom(1), context))).toThrow(refusal);
  const diagonal = part(0, true);
  expect(diagonal.apply(wide, diagonal.draw(wide, createRandom(1), context)).values.shape).toEqual([2, 8193]);
});
