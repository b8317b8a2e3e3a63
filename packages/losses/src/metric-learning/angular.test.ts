import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { angular } from './angular.ts';

const batches = exampleBatches();
obeysLossLaws(angular(), batches);
obeysLossLaws(angular({ negatives: 'raw', angle: 30 }), batches);

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const first = (query: Features, keys: Features): ContrastBatch => ({ ...pairs(query, keys), targets: sparseWeights([[[0, 1]]]) });

test('at 45 degrees: ln(1 + e^(4 (q + p) . n - 4 q . p))', () => {
  const { value } = angular({ angle: 45 }).measure(first(rows([2, 0]), rows([0.6, 0.8], [0, 3])));
  expect(value).toBeCloseTo(Math.log1p(Math.exp(4 * (0 + 0.8) - 4 * 0.6)), 12);
});

test('negatives as given count by their length', () => {
  const { value } = angular({ angle: 45, negatives: 'raw' }).measure(first(rows([2, 0]), rows([0.6, 0.8], [0, 3])));
  expect(value).toBeCloseTo(Math.log1p(Math.exp(4 * 3 * (0 + 0.8) - 4 * 0.6)), 12);
});

test('of negatives of length 1 both are the same', () => {
  const { batch } = batches[1]!;
  const [n, d] = batch.queries.shape as [number, number];
  const data = Float64Array.from(values(batch.queries));
  for (let row = 0; row < n; row++) {
    const own = data.subarray(row * d, (row + 1) * d);
    const length = Math.sqrt(own.reduce((sum, each) => sum + each * each, 0));
    own.forEach((each, e) => {
      own[e] = each / length;
    });
  }
  const unit = tensor(data, [n, d]);
  const [a, b] = (['unit', 'raw'] as const).map((negatives) =>
    angular({ negatives }).differentiate({ ...batch, queries: unit, keys: [unit] }),
  );
  expect(a!.value).toBeCloseTo(b!.value, 12);
  expect(a!.parts['positivePairs']).toBe(6);
});

test('the mean is over positive pairs, not over queries', () => {
  const batch = {
    ...pairs(rows([1, 0], [1, 0]), rows([1, 0], [0, 1], [0, -1])),
    targets: sparseWeights([
      [[0, 1]],
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ]),
  };
  const term = (qp: number, ...sums: number[]) => Math.log1p(sums.reduce((sum, each) => sum + Math.exp(4 * each - 4 * qp), 0));
  const expected = (term(1, 0 + 0, 0 + 0) + term(1, 0 + 0) + term(0, 0 - 1)) / 3;
  expect(angular({ angle: 45 }).measure(batch).value).toBeCloseTo(expected, 12);
});
