import { type ContrastBatch, pairs, excludedRanges, sparseExclusion, sparseWeights } from '@viewforge/core';
import { tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { domainProblem, shapeOf } from './domains.ts';
import { exampleFeatures } from './example-features.ts';
import { exampleImages, examplePixels } from './example-images.ts';

const batch = pairs(exampleFeatures(2, 3), exampleFeatures(2, 3));
const extras = (counts: number[], shape = [2, 1, 3]) => ({
  values: tensor(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape),
  counts: Int32Array.from(counts),
});

test('examples are of their domains', () => {
  for (const image of exampleImages()) expect(domainProblem('image', image)).toBeUndefined();
  for (const pixels of examplePixels()) expect(domainProblem('pixels', pixels)).toBeUndefined();
  expect(domainProblem('features', exampleFeatures())).toBeUndefined();
  expect(domainProblem('contrast', batch)).toBeUndefined();
  expect(domainProblem('batch', { values: exampleImages()[0]!, blend: { kind: 'identity' } })).toBeUndefined();
});

test.each([
  ['image', examplePixels()[0], 'expected float32 for image'],
  ['image', exampleFeatures(), 'expected 3 axes for image, got [6,4]'],
  ['image', exampleImages()[1]!.transpose(0, 2, 1), 'expected row-major elements for image, got strides [273,1,21]'],
  ['pixels', exampleImages()[0], 'expected bytes for pixels'],
  ['features', exampleImages()[0], 'expected 2 axes for features, got [3,16,16]'],
  ['features', 3, 'expected an ndarray for features'],
] as const)('what is no %s is told why', (domain, value, problem) => {
  expect(domainProblem(domain, value)).toBe(problem);
});

test.each<[string, Partial<ContrastBatch>, string]>([
  ['keys of another width', { keys: [exampleFeatures(2, 4)] }, 'expected keys of [., 3], got [2,4]'],
  [
    'weights that sum to a half',
    { targets: sparseWeights([[[0, 0.5]], [[1, 1]]]) },
    'targets: expected row 0 to sum to 0 or 1, got 0.5',
  ],
  [
    'a weight for no key',
    { targets: sparseWeights([[[2, 1]], []]) },
    'targets: expected weights >= 0 of 2 columns, row 0 has another at column 2',
  ],
  [
    'a negative weight',
    {
      targets: sparseWeights([
        [
          [0, 2],
          [1, -1],
        ],
        [],
      ]),
    },
    'targets: expected weights >= 0 of 2 columns, row 0 has another at column 1',
  ],
  ['an excluded positive', { excluded: sparseExclusion([[], [1]]) }, 'expected target 0 where key 1 is excluded for query 1'],
  [
    'an excluded key that is none',
    { excluded: excludedRanges([[[1, 3]], []]), targets: sparseWeights([[], []]) },
    'expected excluded columns of query 0 to ascend within 0..1, got others',
  ],
  ['marks for more blocks', { frozen: [true, true] }, 'expected 1 marks of frozen blocks, got 2'],
  ['extras of another width', { extras: extras([1, 1], [2, 1, 4]) }, 'expected extras of [2, s, 3], got [2,1,4]'],
  ['extras for fewer queries', { extras: extras([1]) }, 'expected 2 counts of extras, got 1'],
  ['more extras than there are', { extras: extras([1, 2]) }, 'expected counts of extras in [0, 1], got 2'],
])('a contrast batch with %s is told why', (_, part, problem) => {
  expect(domainProblem('contrast', { ...batch, ...part })).toBe(problem);
});

test('a query without a positive is well-formed, an item without a share in itself is not', () => {
  expect(
    domainProblem('contrast', {
      ...batch,
      targets: sparseWeights([
        [],
        [
          [0, 0.25],
          [1, 0.75],
        ],
      ]),
    }),
  ).toBeUndefined();
  const views = { values: exampleFeatures(2, 3), blend: sparseWeights([[], [[1, 1]]]) };
  expect(domainProblem('batch', views)).toBe('blend: expected row 0 to sum to 1, got 0');
});

test('the shape that parts draw from', () => {
  expect(shapeOf(exampleFeatures(6, 4))).toEqual([6, 4]);
  expect(shapeOf(batch)).toEqual([2, 3]);
  expect(shapeOf({ values: exampleFeatures(5, 4), blend: { kind: 'identity' } })).toEqual([5, 4]);
  expect(shapeOf({ shape: [7], points: [] })).toEqual([7]);
});
