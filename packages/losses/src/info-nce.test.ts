import { type ContrastBatch, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { axes, exampleBatches, exampleFeatures, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { infoNce } from './index.ts';

expect.extend(matchers);
obeysLossLaws(infoNce());
obeysLossLaws(infoNce({ temperature: 1, similarity: 'dot', positives: 'sum' }));

describe('values worked out by hand', () => {
  test.each([2, 5, 16])('%i orthogonal pairs give ln(e^(1/t) + n - 1) - 1/t', (n) => {
    const t = 0.5;
    const { value } = infoNce({ temperature: t }).measure(pairs(doubles(axes(n)), doubles(axes(n))));
    expect(Math.abs(value - (Math.log(Math.exp(1 / t) + n - 1) - 1 / t))).toBeLessThan(1e-12);
  });

  test('a queue of negatives', () => {
    const keys = [rows([0.8, 0.6], [0, 1]), rows([-0.6, 0.8], [0.6, -0.8], [1, 0])];
    const queries = rows([1, 0.5], [-0.3, 1]);
    const batch: ContrastBatch = { ...pairs(queries, keys[0]!), keys, excluded: sparseExclusion([[1], [0]]) };
    const found = infoNce({ temperature: 0.5 }).differentiate(batch);
    expect(found).toMatchLoss({ value: 0.742207, queries: [0.126964, -0.253928, -0.244701, -0.07341] }, 1e-6);
    expect(found.parts['positive']).toBeCloseTo((0.98387 + 0.957826) / 2, 6);
  });

  test('both directions of two views, each with half the weight', () => {
    const loss = infoNce({ temperature: 0.5 });
    const [there, back] = [loss.differentiate(pairs(a, b)), loss.differentiate(pairs(b, a))];
    expect((there.value + back.value) / 2).toBeCloseTo(0.121683, 6);
    const gradient = values(there.gradients.queries!).map((each, i) => (each + values(back.gradients.keys![0]!)[i]!) / 2);
    expect(gradient).toBeCloseToTensor([-0.017138, 0.085689, 0.071863, 0.035931], 1e-6);
  });

  test.each([
    [1, 1.229106],
    [0.2, 0.004804],
  ])('MoCo v3 at temperature %d: both directions, times twice the temperature', (temperature, value) => {
    const loss = infoNce({ temperature, scale: 'twice-temperature' });
    expect(2 * loss.measure(pairs(a, b)).value).toBeCloseTo(value, 6);
    expect(loss.measure(pairs(a, b)).perQuery).toHaveLength(2);
  });

  test('MoCo v3, one direction', () => {
    const found = infoNce({ temperature: 1, scale: 'twice-temperature' }).differentiate(pairs(a, b));
    expect(found).toMatchLoss({ value: 0.614553, queries: [-0.03965, 0.198248, 0.165615, 0.082807] }, 1e-6);
  });
});

describe('soft targets', () => {
  test('each positive counts for itself, among the others or apart from them, or all together', () => {
    const batch: ContrastBatch = {
      queries: rows([1, 0]),
      keys: [rows([1, 0], [0, 1], [-1, 0])],
      targets: sparseWeights([
        [
          [0, 0.5],
          [1, 0.5],
        ],
      ]),
      excluded: { kind: 'none' },
    };
    const all = Math.E + 1 + 1 / Math.E;
    expect(infoNce({ temperature: 1 }).measure(batch).value).toBeCloseTo(Math.log(all) - 0.5, 12);
    expect(infoNce({ temperature: 1, positives: 'sum' }).measure(batch).value).toBeCloseTo(Math.log(all / (Math.E + 1)), 12);
    const apart = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1))) / 2;
    expect(infoNce({ temperature: 1, positives: 'apart' }).measure(batch).value).toBeCloseTo(apart, 12);
  });

  test('thirds that float32 cannot hold add up to exactly one', () => {
    const targets = sparseWeights([[0, 1, 2].map((column) => [column, 1 / 3])]);
    const batch: ContrastBatch = {
      queries: rows([1, 0]),
      keys: [rows([1, 0], [1, 0], [1, 0], [1, 0])],
      targets,
      excluded: { kind: 'none' },
    };
    expect(infoNce().measure(batch).value).toBeCloseTo(Math.log(4), 14);
  });
});

describe('limits', () => {
  test('a hot softmax cannot tell anything apart: ln(k + s)', () => {
    const batch = exampleBatches()[3]!.batch;
    const { perQuery } = infoNce({ temperature: 1e9 }).measure(batch);
    expect(perQuery).toBeCloseToTensor([Math.log(4 + 2), Math.log(4), Math.log(4 + 1)], 1e-8);
  });

  test('equal keys give ln(1 + queue)', () => {
    const batch: ContrastBatch = { ...pairs(rows([1, 2]), rows([1, 2])), keys: [rows([1, 2]), rows(...Array(7).fill([1, 2]))] };
    expect(infoNce().measure(batch).value).toBeCloseTo(Math.log(8), 12);
  });

  test.each([1e-4, 1e-2, 1, 1e4])('temperature %d neither overflows nor loses the gradient of a wrong answer', (temperature) => {
    const { value, gradients } = infoNce({ temperature }).differentiate(pairs(rows([1, 0], [0, 1]), rows([0, 1], [1, 0])));
    expect(value).toBeCloseTo(Math.max(0, 1 / temperature) + Math.log1p(Math.exp(-1 / temperature)), 9);
    expect(values(gradients.queries!).every(Number.isFinite)).toBe(true);
    expect(gradients.queries!.get(0, 1)).toBeLessThan(0);
  });

  test('a tiny loss keeps its digits', () => {
    // ln(1 + e^-80), far below the spacing of numbers around 40
    expect(infoNce({ temperature: 1 / 40 }).measure(pairs(rows([1, 0], [-1, 0]), rows([1, 0], [-1, 0]))).value).toBeCloseTo(
      Math.exp(-80),
      48,
    );
  });
});

test.each(Array.from({ length: 20 }, (_, seed) => seed))('the loss of any pairs lies between 0 and 2/t + ln k (%i)', (seed) => {
  const random = createRandom(seed);
  const [n, d, t] = [random.integer(1, 40), random.integer(1, 9), random.uniform(0.05, 2)];
  const { value, parts } = infoNce({ temperature: t }).measure(
    pairs(exampleFeatures(n, d, seed), exampleFeatures(n, d, -1 - seed)),
  );
  expect(value).toBeGreaterThanOrEqual(0);
  expect(value).toBeLessThanOrEqual(2 / t + Math.log(n));
  expect(parts['entropy']).toBeLessThanOrEqual(Math.log(n) + 1e-12);
});

describe('edges', () => {
  test.each(['each', 'sum'] as const)('without negatives the loss is exactly 0, and so are its gradients (%s)', (positives) => {
    const found = infoNce({ positives }).differentiate(pairs(rows([3, 1]), rows([-1, 2])));
    expect(found.value).toBe(0);
    expect(found).toMatchLoss({ value: 0, queries: [0, 0], keys: [[0, 0]] }, 0);
  });

  test('a query without a positive is not in the mean, and nothing flows to it', () => {
    const batch: ContrastBatch = { ...pairs(a, b), targets: sparseWeights([[], [[1, 1]]]) };
    const { value, perQuery, gradients, parts } = infoNce().differentiate(batch);
    expect([...perQuery]).toEqual([Number.NaN, value]);
    expect([...values(gradients.queries!)].slice(0, 2)).toEqual([0, 0]);
    expect(parts['queries']).toBe(1);
  });

  test('a batch without any positive is worth 0', () => {
    const found = infoNce().differentiate({ ...pairs(a, b), targets: sparseWeights([[], []]) });
    expect(found).toMatchLoss({ value: 0, queries: [0, 0, 0, 0], keys: [[0, 0, 0, 0]] }, 0);
  });

  test('an excluded positive is no positive', () => {
    expect(infoNce().measure({ ...pairs(a, b), excluded: { kind: 'self' } }).parts['queries']).toBe(0);
  });

  test('a zero row has no gradient and is counted', () => {
    const { gradients, parts } = infoNce().differentiate(pairs(rows([0, 0], [1, 1e-13]), rows([1, 0], [0, 0])));
    expect([...values(gradients.queries!)].slice(0, 2)).toEqual([0, 0]);
    expect([...values(gradients.keys![0]!)].slice(2)).toEqual([0, 0]);
    expect(parts['zeroRows']).toBe(2);
  });

  test('the length of a row does not matter, and the gradient is at right angles to it', () => {
    const [x, y] = [doubles(exampleFeatures(5, 3, 1)), doubles(exampleFeatures(5, 3, 2))];
    const scaled = tensor(
      values(x).map((each) => each * 7),
      [5, 3],
    );
    const { value, gradients } = infoNce().differentiate(pairs(scaled, y));
    expect(value).toBeCloseTo(infoNce().measure(pairs(x, y)).value, 12);
    for (let row = 0; row < 5; row++) {
      const along = [0, 1, 2].reduce((sum, i) => sum + x.get(row, i) * gradients.queries!.get(row, i), 0);
      expect(Math.abs(along)).toBeLessThan(1e-12);
    }
  });

  test('extras past their count do not matter', () => {
    const { batch } = exampleBatches()[3]!;
    const extras = { ...batch.extras!, values: tensor(values(batch.extras!.values).slice(), [3, 2, 5]) };
    extras.values.set(1, 0, 0, Number.NaN);
    const { value, gradients } = infoNce().differentiate({ ...batch, extras });
    expect(value).toBe(infoNce().measure(batch).value);
    expect(gradients.extras!.get(1, 0, 0)).toBe(0);
  });

  test('a tie with a negative is a wrong answer', () => {
    const same = rows([1, 1], [3, 3]); // of length 1 they differ in the last digit
    const { parts } = infoNce().measure(pairs(same, same));
    expect([parts['top1'], parts['top5']]).toEqual([0, 1]);
    expect(parts['entropy']).toBeCloseTo(Math.LN2, 12);
  });

  test('gradients have the element type of what they belong to', () => {
    const { gradients, perQuery } = infoNce().differentiate({
      ...pairs(exampleFeatures(3), exampleFeatures(3)),
      keys: [exampleFeatures(3, 4, 1), doubles(exampleFeatures(2))],
    });
    expect([gradients.queries, ...gradients.keys!].map((each) => each!.data.constructor)).toEqual([
      Float32Array,
      Float32Array,
      Float64Array,
    ]);
    expect(perQuery).toBeInstanceOf(Float64Array);
  });

  test('blocks of queries and keys do not show: a batch of odd sizes equals the plain formula', () => {
    const [x, y] = [doubles(exampleFeatures(37, 5, 1)), doubles(exampleFeatures(131, 5, 2))];
    const { perQuery } = infoNce({ temperature: 1, similarity: 'dot' }).measure(pairs(x, y));
    const logits = Array.from({ length: 131 }, (_, j) => [0, 1, 2, 3, 4].reduce((sum, i) => sum + x.get(36, i) * y.get(j, i), 0));
    expect(perQuery[36]).toBeCloseTo(Math.log(logits.reduce((sum, each) => sum + Math.exp(each), 0)) - logits[36]!, 12);
    expect(infoNce({ temperature: 1 })).toHaveCorrectGradients(pairs(x, y));
  });
});

describe('errors', () => {
  test.each([0, -1])('temperature %d is refused', (temperature) => {
    expect(() => infoNce({ temperature })).toThrow('info-nce: temperature: expected a number > 0');
  });

  test('a loss that is no number names the query', () => {
    expect(() => infoNce().measure(pairs(rows([1, 0], [Number.NaN, 0]), b))).toThrow(
      'info-nce: expected a finite term for query 1, got NaN',
    );
    expect(() => infoNce().measure(pairs(a, rows([1, 0], [0, Number.POSITIVE_INFINITY])))).toThrow('query 0');
  });
});

const a = rows([1, 0.2], [-0.5, 1]);
const b = rows([0.9, 0.4], [-0.2, 0.8]);

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function doubles(array: Features): Features {
  return tensor(Float64Array.from(values(array)), array.shape);
}

test('more positives than a call has room for arguments', () => {
  const k = 150_000;
  const targets = { kind: 'dense', values: tensor(new Float32Array(k).fill(1 / k), [1, k]) } as const;
  const keys = features(new Float32Array(k).fill(1), k, 1);
  const { value } = infoNce().measure({ ...pairs(features(Float32Array.of(1), 1, 1), keys), targets });
  expect(Math.abs(value - Math.log(k))).toBeLessThan(1e-9);
});

test('an extra whose length overflows is NOT_FINITE, as a key is, and not taken for one at right angles', () => {
  const huge = Float64Array.of(1e200, 0, 1e200, 0);
  const whole = pairs(doubles(axes(2)), doubles(axes(2)));
  const extras = { values: tensor(huge, [2, 1, 2]), counts: Int32Array.of(1, 1) };
  expect(() => infoNce().measure({ ...whole, extras })).toThrow('expected a finite term for query 0');
  expect(() => infoNce().measure({ ...whole, keys: [features(huge, 2, 2)] })).toThrow('expected a finite term for query 0');
});
