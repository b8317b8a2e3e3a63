import type { DistributionBatch } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, obeysBatchLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { jensenShannon } from './jensen-shannon.ts';

const alone = { teachers: [], taughtBy: 'all' } as const;
const apart: DistributionBatch = { ...alone, students: [rows([90, 0, 30]), rows([0, 90, 30])] };

obeysBatchLossLaws(jensenShannon(), [
  {
    name: 'three views of four items',
    batch: { ...alone, students: [0, 1, 2].map((seed) => doubles(exampleFeatures(4, 3, seed))) },
  },
  { name: 'two views of one item', batch: { ...alone, students: [rows([1, 0]), rows([0, 2])] } },
  {
    name: 'an outcome so rare that the mean is held',
    batch: { ...alone, students: [rows([0, -17, -1]), rows([0.5, -17.5, 0])] },
  },
]);

test('three distributions', () => {
  const students = [
    [0.7, 0.2, 0.1],
    [0.6, 0.3, 0.1],
    [0.5, 0.3, 0.2],
  ].map((shares) => rows(shares.map(Math.log)));
  expect(jensenShannon({ weight: 1 }).measure({ ...alone, students }).value).toBeCloseTo(0.017812, 6);
  expect(jensenShannon().measure({ ...alone, students }).value / 12).toBeCloseTo(0.017812, 6);
});

test('views that share no outcome are worth ln(views), and nothing can be gained by a small step', () => {
  const { value, gradients } = jensenShannon({ weight: 1 }).differentiate(apart);
  expect(value).toBeCloseTo(Math.LN2, 12);
  expect(gradients.students!.flatMap((gradient) => [...values(gradient!)]).every((slope) => Math.abs(slope) < 1e-10)).toBe(true);
});

test('views that say the same are worth 0', () => {
  const { value, gradients } = jensenShannon().differentiate({ ...alone, students: [rows([3, 1, -700]), rows([3, 1, -700])] });
  // up to the rounding of a logarithm of an exponential
  expect([value, ...values(gradients.students![0]!)].every((each) => Math.abs(each) < 1e-14)).toBe(true);
});

test('a single view is compared with nothing, which is refused', () => {
  expect(() => jensenShannon().measure({ ...alone, students: [rows([1, 2])] })).toThrow('expected at least two students, got 1');
});

test('where the mean is held no slope goes through it', () => {
  const rare = 1e-8;
  const student = rows([Math.log1p(-rare), Math.log(rare)]);
  const { gradients } = jensenShannon({ weight: 1 }).differentiate({ ...alone, students: [student, student] });
  // d/dp of p (ln p - ln 1e-7) is ln p - ln 1e-7 + 1, through the softmax p (1 - p); and the mean over two views
  expect(values(gradients.students![0]!)[1]! / ((rare * (Math.log(0.1) + 1)) / 2)).toBeCloseTo(1, 6);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(given: Features): Features {
  return tensor(Float64Array.from(values(given)), given.shape);
}
