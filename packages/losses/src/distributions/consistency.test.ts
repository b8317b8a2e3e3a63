import type { DistributionBatch } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { consistency } from './consistency.ts';

expect.extend(matchers);

const worked: DistributionBatch = { students: [rows([1, 0.5, 0])], teachers: [rows([2, 0, 0])], taughtBy: 'all' };
const batch: DistributionBatch = {
  students: [0, 1].map((seed) => doubles(exampleFeatures(4, 3, seed))),
  teachers: [doubles(exampleFeatures(4, 3, 2))],
  taughtBy: 'all',
};

for (const target of ['soft', 'hard'] as const) {
  obeysBatchLossLaws(consistency({ threshold: 0.6, target }), [
    { name: 'two altered views of four items', batch },
    { name: 'one item that is not sure', batch: { students: [rows([1, 2])], teachers: [rows([0, 0])], taughtBy: 'all' } },
  ]);
}

describe('one item', () => {
  test('sharpened, its divergence is .610373', () => {
    expect(consistency({ threshold: 0.5 }).measure(worked).value).toBeCloseTo(0.610373, 6);
  });

  test('the gradient is p - q', () => {
    const { gradients } = consistency({ threshold: 0.5 }).differentiate(worked);
    const total = Math.E + Math.exp(0.5) + 1;
    const said = [Math.E / total, Math.exp(0.5) / total, 1 / total];
    const taught = [0.986703, 0.006648, 0.006648];
    expect(gradients.students![0]!).toBeCloseToTensor(
      said.map((share, i) => share - taught[i]!),
      1e-6,
    );
  });

  test('it is 0.786986 sure: below 0.8 it does not count', () => {
    const { value, gradients, parts } = consistency().differentiate(worked);
    expect([value, ...values(gradients.students![0]!)]).toEqual([0, 0, 0, 0]);
    expect(parts['confidence']).toBeCloseTo(0.786986, 6);
    expect(consistency({ threshold: 0.78 }).measure(worked).parts['sure']).toBe(1);
  });
});

test('items that do not count still count in the mean', () => {
  const students = [rows([1, 0.5, 0], [5, 5, 5])];
  const teachers = [rows([2, 0, 0], [0.1, 0, 0])];
  expect(consistency({ threshold: 0.5 }).measure({ students, teachers, taughtBy: 'all' }).value).toBeCloseTo(0.610373 / 2, 6);
});

test('who says the same is worth 0 without sharpening', () => {
  const { value, gradients } = consistency({ sharpening: 1, threshold: 0 }).differentiate({
    ...worked,
    students: worked.teachers,
  });
  expect(value).toBeCloseTo(0, 14);
  expect(gradients.students![0]!).toBeCloseToTensor([0, 0, 0], 1e-15);
});

test('a pseudo-label is the lower outcome of a tie', () => {
  const found = consistency({ threshold: 0, target: 'hard' }).measure({ ...worked, teachers: [rows([1, 1, 0])] });
  expect(found.value).toBeCloseTo(Math.log(1 + Math.exp(-0.5) + Math.exp(-1)), 12);
});

test('sharpening to nothing is the pseudo-label, without NaN', () => {
  const soft = consistency({ sharpening: 1e-6, threshold: 0 }).differentiate(batch);
  const hard = consistency({ threshold: 0, target: 'hard' }).differentiate(batch);
  expect(soft.value).toBeCloseTo(hard.value, 12);
  expect(soft.gradients.students![1]!).toBeCloseToTensor(hard.gradients.students![1]!, 1e-12);
});

test('a teacher exactly as sure as the threshold does not count', () => {
  const half: DistributionBatch = { students: [rows([1, 0])], teachers: [rows([0, 0])], taughtBy: 'all' };
  expect(consistency({ threshold: 0.5 }).measure(half).parts['sure']).toBe(0);
  expect(consistency({ threshold: 0.4999 }).measure(half).parts['sure']).toBe(1);
});

test('an item that does not count has no term, however far the student is from the teacher', () => {
  const far: DistributionBatch = { students: [rows([1e308, -1e308])], teachers: [rows([0, 0])], taughtBy: 'all' };
  const { value, gradients } = consistency().differentiate(far);
  expect([value, ...values(gradients.students![0]!)]).toEqual([0, 0, 0]);
  expect(() => consistency({ threshold: 0 }).measure(far)).toThrow('expected a finite term for item 0');
});

test('the center is taken off the scores of teachers, not of students', () => {
  const centered = { ...worked, teachers: [rows([2.5, 1, -1])], center: tensor(Float64Array.of(0.5, 1, -1), [3]) };
  expect(consistency({ threshold: 0 }).measure(centered).value).toBeCloseTo(
    consistency({ threshold: 0 }).measure(worked).value,
    12,
  );
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(given: Features): Features {
  return tensor(Float64Array.from(values(given)), given.shape);
}
