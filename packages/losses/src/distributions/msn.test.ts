import type { DistributionBatch } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, obeysBatchLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { dino } from './dino.ts';
import { msn } from './msn.ts';

const views: DistributionBatch = {
  students: [0, 1].map((seed) => doubles(exampleFeatures(4, 3, seed))),
  teachers: [doubles(exampleFeatures(4, 3, 2))],
  taughtBy: 'all',
};

for (const sinkhornIterations of [0, 2]) {
  obeysBatchLossLaws(msn({ temperature: 0.5, regularization: 2, sinkhornIterations }), [
    { name: 'two masked views of four items', batch: views },
    { name: 'one item', batch: { students: [rows([0.3, -0.2])], teachers: [rows([0.5, 0.1])], taughtBy: 'all' } },
    {
      name: 'fewer items than outcomes',
      batch: { students: [rows([1, 0, -1])], teachers: [rows([0, 1, 0.5])], taughtBy: 'all' },
    },
  ]);
}

test('without regularization it is a cross entropy against sharpened teachers', () => {
  const { value } = msn({ temperature: 0.2, sharpening: 0.5, regularization: 0 }).measure(views);
  expect(value).toBeCloseTo(dino({ studentTemperature: 0.2, teacherTemperature: 0.1 }).measure(views).value, 12);
});

test('regularization is ln k where one outcome takes all, and 0 where all are used alike', () => {
  const at = (students: Features): number => {
    const { value, parts } = msn().measure({ students: [students], teachers: [students], taughtBy: 'all' });
    return value - parts['crossEntropy']!;
  };
  expect(at(rows([9, 0, 0], [9, 0, 0]))).toBeCloseTo(Math.log(3), 12);
  expect(at(rows([9, 0, 0], [0, 9, 0], [0, 0, 9]))).toBeCloseTo(0, 12);
});

test("Sinkhorn's algorithm takes every outcome away from a teacher that has but one", () => {
  const batch: DistributionBatch = { students: [rows([1, 0], [1, 0])], teachers: [rows([1, 0], [1, 0])], taughtBy: 'all' };
  const crossEntropy = (sinkhornIterations: number) =>
    msn({ temperature: 1, sinkhornIterations }).measure(batch).parts['crossEntropy']!;
  const [sure, unsure] = [Math.log1p(Math.exp(-1)), Math.log1p(Math.exp(-1)) + 0.5]; // of outcome 0, of both alike
  expect(crossEntropy(3)).toBeCloseTo(unsure, 12);
  expect(crossEntropy(0)).toBeCloseTo(sure + 1 / (1 + Math.exp(4)), 12);
});

test.each([1e-6, 1e6])('a temperature of %d gives finite numbers and gradients', (temperature) => {
  for (const sinkhornIterations of [0, 3]) {
    const { value, gradients } = msn({ temperature, sinkhornIterations }).differentiate(views);
    expect(Number.isFinite(value)).toBe(true);
    expect(gradients.students!.every((gradient) => values(gradient!).every(Number.isFinite))).toBe(true);
  }
});

test('the center is taken off the scores of teachers, not of students', () => {
  const center = tensor(Float64Array.of(0.5, -1, 2), [3]);
  const moved = values(views.teachers[0]!).map((score, at) => score + center.get(at % 3));
  const centered: DistributionBatch = { ...views, teachers: [features(moved, 4, 3)], center };
  expect(msn().measure(centered).value).toBeCloseTo(msn().measure(views).value, 12);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(given: Features): Features {
  return tensor(Float64Array.from(values(given)), given.shape);
}
