import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, softmax, tensor } from '@viewforge/tensor';
import { axes, lossGradientError, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { listWiseCdf } from './index.ts';

expect.extend(matchers);
obeysLossLaws(listWiseCdf());
obeysLossLaws(listWiseCdf({ temperature: 1, similarity: 'dot' }));

const dot = listWiseCdf({ temperature: 0.2, similarity: 'dot' });

test('three lists of four graded candidates', () => {
  const batch = scored([0.9, 0.5, 0.4, 0.1], [0.3, 0.8, 0.2, 0.1], [0.1, 0.2, 0.6, 0.9]);
  const { value, perQuery } = dot.measure(batch);
  expect([...perQuery]).toEqual([0.029068, 0.331221, 0.027179].map((each) => expect.closeTo(each, 6)));
  expect(value).toBeCloseTo((0.029068 + 0.331221 + 0.027179) / 3, 6);
  expect(dot).toHaveCorrectGradients(batch);
});

test('scores that are the grades times the temperature are worth 0, query by query', () => {
  const { value, gradients } = dot.differentiate(scored([0.6, 0.4, 0.2, 0], [0.6, 0.4, 0.2, 0], [0, 0.2, 0.4, 0.6]));
  expect(value).toBeLessThan(1e-30);
  expect(gradients.queries!).toBeCloseToTensor(new Float64Array(12), 1e-15);
});

test('unlike the Wasserstein distance it tells which query has which distribution', () => {
  expect(dot.measure(scored([0, 0.2, 0.4, 0.6], [0.6, 0.4, 0.2, 0], [0.6, 0.4, 0.2, 0])).value).toBeGreaterThan(0.5);
});

describe('grades', () => {
  // ln 1 .. ln 4: shares of .1 .. .4
  const scores = rows([Math.log(1), Math.log(2), Math.log(3), Math.log(4)]);
  const plain = listWiseCdf({ temperature: 1, similarity: 'dot' });
  const of = (targets: ContrastBatch['targets']): number => plain.measure({ ...pairs(scores, rows(...identity)), targets }).value;

  test('each is compared with all that are better', () => {
    // of at least the first grade .4 against .6, of the second .6 against .9, of the third .9 against 1
    expect(
      of(
        sparseWeights([
          [
            [3, 0.6],
            [1, 0.3],
            [2, 0.1],
          ],
        ]),
      ),
    ).toBeCloseTo(0.2 ** 2 + 0.3 ** 2 + 0.1 ** 2, 7); // targets are in float32
  });

  test('candidates of one grade count together: which of them has the share does not matter', () => {
    const two = [
      [0, 0.5],
      [3, 0.5],
    ] as const;
    expect(of(sparseWeights([two]))).toBeCloseTo((0.5 - 1) ** 2, 12);
    const other = [
      [1, 0.5],
      [2, 0.5],
    ] as const;
    expect(of(sparseWeights([other]))).toBeCloseTo(of(sparseWeights([two])), 12);
  });

  test('one target alone is the squared share of all others', () => {
    expect(of(sparseWeights([[[1, 1]]]))).toBeCloseTo(0.8 ** 2, 12);
  });
});

test('extras are of the last grade, with gradients of their own', () => {
  const extras = { values: tensor(Float64Array.of(0.3, 0.4, 0.1, 0.2, 0.2, 0.9, 0.5, 0.5), [1, 2, 4]), counts: Int32Array.of(2) };
  const batch: ContrastBatch = {
    ...scored([0.9, 0.5, 0.4, 0.1]),
    targets: sparseWeights([
      [
        [0, 0.75],
        [2, 0.25],
      ],
    ]),
    extras,
  };
  expect(lossGradientError(dot, batch).worst).toBeLessThan(1e-8);
  expect(dot.measure(batch).value).toBeGreaterThan(
    dot.measure({ ...batch, extras: { ...extras, counts: Int32Array.of(0) } }).value,
  );
});

test('a query without a target is left out, and queryWeights weigh the mean', () => {
  const batch = scored([0.9, 0.5, 0.4, 0.1], [0.3, 0.8, 0.2, 0.1], [0.1, 0.2, 0.6, 0.9]);
  expect(dot.measure({ ...batch, queryWeights: Float64Array.of(3, 0, 1) }).value).toBeCloseTo((3 * 0.029068 + 0.027179) / 4, 6);
  const { perQuery } = dot.measure({ ...batch, targets: sparseWeights([[[0, 1]], [], [[3, 1]]]) });
  expect(perQuery[1]).toBeNaN();
});

const identity = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => Number(i === j)));

/** Queries that are their own inner products with the keys; grades 3, 2, 1, 0, of the third query the other way round. */
function scored(...scores: readonly (readonly number[])[]): ContrastBatch {
  const grades = [
    [3, 2, 1, 0],
    [3, 2, 1, 0],
    [0, 1, 2, 3],
  ].slice(0, scores.length);
  const targets = tensor(Float64Array.from(grades.flatMap((row) => [...softmax(row)])), [scores.length, 4]);
  const keys = features(Float64Array.from(axes(4).data), 4, 4);
  return { queries: rows(...scores), keys: [keys], targets: { kind: 'dense', values: targets }, excluded: { kind: 'none' } };
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
