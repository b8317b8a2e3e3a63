import type { DistributionBatch } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { dino } from './dino.ts';

expect.extend(matchers);

const crops: DistributionBatch = {
  students: [0, 1, 2].map((seed) => doubles(exampleFeatures(4, 5, seed))),
  teachers: [3, 4].map((seed) => doubles(exampleFeatures(4, 5, seed))),
  taughtBy: 'others',
  center: tensor(Float64Array.of(0.1, -0.2, 0.3, 0, 0.05), [5]),
};
const worked: DistributionBatch = {
  students: [rows([0.8, 0.1, -0.5], [0, 0.6, 0.2])],
  teachers: [rows([1, 0, -1], [0.5, 0.5, 0])],
  taughtBy: 'all',
  center: tensor(Float64Array.of(0.1, 0, 0), [3]),
};

obeysBatchLossLaws(dino({ studentTemperature: 0.5, teacherTemperature: 0.3 }), [
  { name: 'two global and one local crop', batch: crops },
  { name: 'one student and one teacher', batch: worked },
  { name: 'one item and one outcome', batch: { students: [rows([3])], teachers: [rows([-2])], taughtBy: 'all' } },
]);

test.each([
  [0.04, 0.238328],
  [0.5, 2.080079],
])('two items and three outcomes with teachers at %d', (teacherTemperature, expected) => {
  expect(dino({ teacherTemperature }).measure(worked).value).toBeCloseTo(expected, 6);
});

test('the gradient is what students say less what teachers say, over temperature, items and pairs', () => {
  const { gradients } = dino({ studentTemperature: 0.5, teacherTemperature: 0.5 }).differentiate(worked);
  const taught = [0.841985, 0.139179, 0.018836, 0.374429, 0.457329, 0.168242];
  const said = [softmaxOf([1.6, 0.2, -1]), softmaxOf([0, 1.2, 0.4])].flat();
  expect(gradients.students![0]!).toBeCloseToTensor(
    said.map((share, i) => (share - taught[i]!) / (0.5 * 2)),
    1e-6,
  );
});

describe('who teaches whom', () => {
  test('others: no teacher teaches the student of its own view', () => {
    const alone = (students: readonly Features[], teachers: readonly Features[]): number =>
      dino().measure({ ...crops, students, teachers, taughtBy: 'all' }).value;
    const [s, t] = [crops.students, crops.teachers];
    const pairs = [alone([s[0]!], [t[1]!]), alone([s[1]!], [t[0]!]), alone([s[2]!], [t[0]!]), alone([s[2]!], [t[1]!])];
    expect(dino().measure(crops).value).toBeCloseTo(
      pairs.reduce((sum, each) => sum + each / 4, 0),
      12,
    );
  });

  test('nobody: a single view cannot teach itself', () => {
    const batch: DistributionBatch = { ...worked, taughtBy: 'others' };
    expect(() => dino().measure(batch)).toThrow('dino: expected a student and a teacher of another view, got 1 and 1');
  });
});

test('teachers without anything to say and teachers that say the same of all items show in the parts', () => {
  const flat = dino().measure({ students: [rows([1, 2], [3, 4])], teachers: [rows([5, 5], [5, 5])], taughtBy: 'all' });
  expect(flat.parts['teacherEntropy']).toBeCloseTo(Math.LN2, 12);
  const same = dino().measure({ students: [rows([1, 2], [3, 4])], teachers: [rows([9, 0], [9, 0])], taughtBy: 'all' });
  expect(same.parts['meanTeacherEntropy']).toBeLessThan(1e-12);
  const apart = dino().measure({ students: [rows([1, 2], [3, 4])], teachers: [rows([9, 0], [0, 9])], taughtBy: 'all' });
  expect(apart.parts['teacherEntropy']).toBeLessThan(1e-12);
  expect(apart.parts['meanTeacherEntropy']).toBeCloseTo(Math.LN2, 12);
});

describe('extremes', () => {
  test.each([1e-6, 1e6])('temperatures of %d give finite numbers and gradients', (temperature) => {
    const { value, gradients } = dino({ studentTemperature: temperature, teacherTemperature: temperature }).differentiate(crops);
    expect(Number.isFinite(value)).toBe(true);
    expect(gradients.students!.every((gradient) => values(gradient!).every(Number.isFinite))).toBe(true);
  });

  test('hot softmaxes know nothing: ln k', () => {
    expect(dino({ studentTemperature: 1e9 }).measure(crops).value).toBeCloseTo(Math.log(5), 8);
  });

  test('scores of a million are no matter where student and teacher agree', () => {
    const batch: DistributionBatch = { students: [rows([1e6, -1e6])], teachers: [rows([1e6, -1e6])], taughtBy: 'all' };
    const { value, gradients } = dino().differentiate(batch);
    expect([value, ...values(gradients.students![0]!)]).toEqual([0, 0, 0]);
  });

  test('a score that is no number is named', () => {
    const batch: DistributionBatch = { ...worked, students: [rows([0, 1, 2], [0, Number.NaN, 1])] };
    expect(() => dino().measure(batch)).toThrow('dino: expected finite scores, got NaN in row 1, column 1 of students[0]');
  });
});

test.each([
  ['no student', { ...worked, students: [] }, 'at least one student, got none'],
  [
    'a wider teacher',
    { ...worked, teachers: [rows([1, 2, 3, 4], [1, 2, 3, 4])] },
    'teachers of [2,3], as students are, got [2,4] for teacher 0',
  ],
  ['a longer center', { ...worked, center: tensor(new Float64Array(4), [4]) }, 'a center of [3], got [4]'],
  [
    'students of two shapes',
    { ...worked, students: [rows([1, 2]), rows([1, 2, 3])] },
    'students of one shape, [1,2], got [1,3] for student 1',
  ],
] as const)('%s is refused', (_, batch, message) => {
  expect(() => dino().measure(batch)).toThrow(expect.objectContaining({ code: 'SHAPE', message: `dino: expected ${message}` }));
});

test('gradients come in the element type of each student', () => {
  const students = [crops.students[0]!, features(Float32Array.from(values(crops.students[1]!)), 4, 5)];
  const { gradients } = dino().differentiate({ ...crops, students });
  expect(gradients.students!.map((gradient) => gradient!.data.constructor.name)).toEqual(['Float64Array', 'Float32Array']);
});

function softmaxOf(logits: readonly number[]): number[] {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(given: Features): Features {
  return tensor(Float64Array.from(values(given)), given.shape);
}
