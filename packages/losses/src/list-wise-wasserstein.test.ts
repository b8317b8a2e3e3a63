import { type ContrastBatch, onlyColumns, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, softmax, tensor } from '@viewforge/tensor';
import { axes, exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { listWiseWasserstein } from './index.ts';

expect.extend(matchers);
obeysLossLaws(listWiseWasserstein());
obeysLossLaws(listWiseWasserstein({ temperature: 1, similarity: 'dot' }));

const identity = features(Float64Array.from(axes(4).data), 4, 4);
const grades = graded([3, 2, 1, 0], [3, 2, 1, 0], [0, 1, 2, 3]);
const dot = listWiseWasserstein({ temperature: 0.2, similarity: 'dot' });

test('three lists of four graded candidates', () => {
  // inner products with unit vectors: the queries are the scores
  const found = dot.differentiate(scored(rows([0.9, 0.5, 0.4, 0.1], [0.3, 0.8, 0.2, 0.1], [0.1, 0.2, 0.6, 0.9])));
  expect(found.value).toBeCloseTo(0.339114, 6);
  expect([...found.gradients.queries!.data].slice(0, 4)).toBeCloseToTensor([0.159892, -0.146012, -0.014869, 0.000988], 1e-6);
});

test('scores that are the grades times the temperature are worth 0', () => {
  const { value, gradients } = dot.differentiate(scored(rows([0.6, 0.4, 0.2, 0], [0.6, 0.4, 0.2, 0], [0, 0.2, 0.4, 0.6])));
  expect(value).toBeLessThan(1e-15);
  expect(gradients.queries!).toBeCloseToTensor(new Float64Array(12), 1e-7); // the root of rounding errors in the trace
});

test('the queries are samples: which of them has which distribution does not matter', () => {
  const x = rows([0.6, 0.4, 0.2, 0], [0, 0.2, 0.4, 0.6], [0.6, 0.4, 0.2, 0]);
  expect(dot.measure(scored(x)).value).toBeLessThan(1e-12);
});

describe('edges', () => {
  test('a single query is told by its mean alone', () => {
    const batch: ContrastBatch = { ...scored(rows([0, 0, 0, 0])), targets: graded([3, 2, 1, 0]) };
    const wanted = softmax([3, 2, 1, 0]);
    const { value, parts } = dot.measure(batch);
    expect(value).toBeCloseTo(
      wanted.reduce((sum, share) => sum + (share - 0.25) ** 2, 0),
      12,
    );
    expect(parts['covariance']).toBe(0);
  });

  test('a query without a target is left out, and nothing flows to it', () => {
    const x = rows([0.9, 0.5, 0.4, 0.1], [0.3, 0.8, 0.2, 0.1], [0.1, 0.2, 0.6, 0.9]);
    const batch: ContrastBatch = { ...scored(x), targets: sparseWeights([[[0, 1]], [], [[3, 1]]]) };
    const { value, parts, gradients } = dot.differentiate(batch);
    const two: ContrastBatch = {
      ...scored(rows([0.9, 0.5, 0.4, 0.1], [0.1, 0.2, 0.6, 0.9])),
      targets: sparseWeights([[[0, 1]], [[3, 1]]]),
    };
    expect(value).toBeCloseTo(dot.measure(two).value, 12);
    expect(parts['queries']).toBe(2);
    expect([...gradients.queries!.data].slice(4, 8)).toEqual([0, 0, 0, 0]);
  });

  test('no target, or no weight at all, is worth 0', () => {
    const { batch } = exampleBatches()[0]!;
    expect(dot.measure({ ...batch, targets: sparseWeights([[], [], [], [], []]) }).value).toBe(0);
    const unweighted = dot.differentiate({ ...batch, queryWeights: new Float64Array(5) });
    expect(unweighted.value).toBe(0);
    expect(unweighted.gradients.queries!.data.every((each) => each === 0)).toBe(true);
  });

  test('columns that a query must not see have no share, listed either way', () => {
    const x = rows([0.9, 0.5, 0.4, 0.1], [0.3, 0.8, 0.2, 0.1]);
    const keys = features(
      new Float64Array(12 * 4).map((_, i) => Math.sin(i)),
      12,
      4,
    );
    const targets = sparseWeights([[[0, 1]], [[3, 1]]]);
    const seen = [
      [0, 1],
      [3, 7],
    ];
    const others = seen.map((some) => Array.from({ length: 12 }, (_, j) => j).filter((j) => !some.includes(j)));
    const few: ContrastBatch = { queries: x, keys: [keys], targets, excluded: onlyColumns(seen) };
    const offsets = Int32Array.of(0, 10, 20);
    const many: ContrastBatch = { ...few, excluded: { kind: 'sparse', offsets, columns: Int32Array.from(others.flat()) } };
    const [one, other] = [few, many].map((batch) => dot.differentiate(batch));
    expect(one!.value).toBeCloseTo(other!.value, 12);
    expect(one!.gradients.keys![0]!).toBeCloseToTensor(other!.gradients.keys![0]!, 1e-12);
  });

  test('similarities that are no numbers name the query', () => {
    expect(() => dot.measure(pairs(rows([1, 0], [Number.NaN, 0]), rows([1, 0], [0, 1])))).toThrow(
      'list-wise-wasserstein: expected finite similarities of query 1',
    );
  });
});

function scored(scores: Features): ContrastBatch {
  return { queries: scores, keys: [identity], targets: grades, excluded: { kind: 'none' } };
}

/** Softmax of grades, row by row. */
function graded(...all: readonly (readonly number[])[]): ContrastBatch['targets'] {
  return { kind: 'dense', values: tensor(Float64Array.from(all.flatMap((row) => [...softmax(row)])), [all.length, 4]) };
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
