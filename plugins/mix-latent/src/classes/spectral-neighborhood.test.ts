import type { DistributionBatch } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, obeysBatchLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { spectralDecay, spectralNeighborhood } from './spectral-neighborhood.ts';

/** Two items with two neighbors each. */
const worked: DistributionBatch = {
  students: [logs([0.7, 0.2, 0.1], [0.2, 0.5, 0.3])],
  teachers: [logs([0.6, 0.3, 0.1], [0.1, 0.6, 0.3]), logs([0.8, 0.1, 0.1], [0.3, 0.4, 0.3])],
  taughtBy: 'all',
};

obeysBatchLossLaws(spectralNeighborhood({ negativeWeight: 0.3 }), [
  { name: 'two neighbors each', batch: worked },
  { name: 'five items of four classes', batch: { ...worked, students: [scores(5, 1)], teachers: [scores(5, 2), scores(5, 3)] } },
  {
    name: 'two students, each taught by the other',
    batch: { students: [scores(3, 1), scores(3, 2)], teachers: [scores(3, 3), scores(3, 4)], taughtBy: 'others' },
  },
  { name: 'no neighbors', batch: { ...worked, teachers: [] } },
  {
    name: 'one item',
    batch: {
      students: [scores(1, 1)],
      teachers: [scores(1, 2)],
      taughtBy: 'all',
      center: tensor(Float64Array.of(1, 0, -1, 0), [4]),
    },
  },
]);

test('the worked example: -0.92 and 0.0729', () => {
  const { value, parts } = spectralNeighborhood().measure(worked);
  expect(parts['positive']).toBeCloseTo(-0.92, 12);
  expect(parts['negative']).toBeCloseTo(0.0729, 12);
  expect(value).toBeCloseTo(-0.92 + 0.0729, 12);
  expect(spectralNeighborhood({ negativeWeight: 0 }).measure(worked).value).toBeCloseTo(-0.92, 12);
});

test.each([
  [0, 1],
  [0.5, 0.000128601],
  [1, 6.209e-6],
])('the weight after %d of training is %d', (fraction, expected) => {
  expect(Math.abs(spectralDecay(fraction) - expected)).toBeLessThan(5e-10);
});

test('the weight has a start and a steepness of its own', () => {
  expect(spectralDecay(0.1, { alpha: 3, beta: 1 })).toBe(1.5);
});

test('the gradient before the softmax is the one that is said', () => {
  const { students } = spectralNeighborhood({ negativeWeight: 0.5 }).differentiate(worked).gradients;
  const [p0, p1] = [
    [0.7, 0.2, 0.1],
    [0.2, 0.5, 0.3],
  ] as const;
  // -sum of neighbors / B + 4 w (p0 . p1) p1 / B
  const g = [-1.4, -0.4, -0.2].map((each, c) => each / 2 + (4 * 0.5 * 0.27 * p1[c]!) / 2);
  const along = g.reduce((sum, each, c) => sum + each * p0[c]!, 0);
  p0.forEach((share, c) => {
    expect(values(students![0]!)[c]).toBeCloseTo(share * (g[c]! - along), 12);
  });
});

test('a center is taken off the teachers', () => {
  const center = tensor(Float64Array.of(5, 0, 0), [3]);
  const moved = worked.teachers.map((teacher) =>
    tensor(values(teacher).map((each, at) => each + (at % 3 === 0 ? 5 : 0)) as Float64Array, [2, 3]),
  );
  expect(spectralNeighborhood().measure({ ...worked, teachers: moved, center }).value).toBeCloseTo(-0.8471, 12);
});

describe('refused', () => {
  test.each([
    ['no student', { ...worked, students: [] }, 'expected at least one student, got none'],
    [
      'teachers of another shape',
      { ...worked, teachers: [logs([0.5, 0.5])] },
      'expected students and teachers of one shape, [2,3], got [1,2]',
    ],
    ['a center of another size', { ...worked, center: tensor(new Float64Array(2), [2]) }, 'expected a center of [3], got [2]'],
    ['scores with NaN', { ...worked, students: [logs([Number.NaN, 1, 1], [1, 1, 1])] }, 'got NaN in row 0 of students[0]'],
  ])('%s', (_, batch, message) => {
    expect(() => spectralNeighborhood().measure(batch)).toThrow(message);
  });
});

function logs(...shares: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(shares.flat(), Math.log), shares.length, shares[0]!.length);
}

function scores(n: number, seed: number): Features {
  return tensor(Float64Array.from(values(exampleFeatures(n, 4, seed))), [n, 4]);
}
