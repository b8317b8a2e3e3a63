import { type ContrastBatch, type Loss, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { copy, type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, firstNotFinite, lossGradientError, matchers } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { angular } from './angular.ts';
import { circle } from './circle.ts';
import { contrastivePairs } from './contrastive-pairs.ts';
import { fastAp } from './fast-ap.ts';
import { intraPairVariance } from './intra-pair-variance.ts';
import { lifted } from './lifted.ts';
import { margin } from './margin.ts';
import { multiSimilarity } from './multi-similarity.ts';
import { nca } from './nca.ts';
import { triplet } from './triplet.ts';
import { tupletMargin } from './tuplet-margin.ts';

expect.extend(matchers);

const losses: readonly Loss[] = [
  angular(),
  circle(),
  contrastivePairs(),
  fastAp(),
  intraPairVariance(),
  lifted(),
  margin({ regularization: 0.1 }),
  multiSimilarity(),
  nca(),
  triplet({ swap: true }),
  tupletMargin(),
];
/** Those that say something of positives without negatives. */
const ofOneSide = ['contrastive-pairs', 'intra-pair-variance', 'multi-similarity'];

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const doubles = (x: Features): Features => tensor(Float64Array.from(values(x)), x.shape);
/** Rows against themselves: those of a label are positives, all others negatives. */
const labeled = (x: Features, labels: readonly number[]): ContrastBatch => ({
  queries: x,
  keys: [x],
  targets: sparseWeights(
    labels.map((label, i) => labels.flatMap((other, j) => (other === label && j !== i ? [[j, 1] as const] : []))),
  ),
  excluded: { kind: 'self' },
});
const gradientsOf = (loss: Loss, batch: ContrastBatch): number[] => {
  const { queries, keys = [], extras } = loss.differentiate(batch).gradients;
  return [queries, ...keys, extras].flatMap((each) => (each === undefined ? [] : [...values(each)]));
};

describe.each(losses.map((loss) => [loss.name, loss] as const))('%s', (name, loss) => {
  test('nothing to compare is worth 0, and so are the gradients', () => {
    const x = doubles(exampleFeatures(4, 3));
    const unlabeled = { ...labeled(x, [0, 1, 2, 3]), excluded: onlyColumns([[], [], [], []]) };
    for (const batch of [unlabeled, labeled(rows([1, 2]), [0])]) {
      expect(loss.measure(batch).value).toBe(0);
      expect(gradientsOf(loss, batch).every((each) => each === 0)).toBe(true);
    }
  });

  test('one class alone has nothing to be told from', () => {
    const batch = labeled(doubles(exampleFeatures(5, 3)), [7, 7, 7, 7, 7]);
    const { value } = loss.measure(batch);
    if (ofOneSide.includes(name)) expect(value).toBeGreaterThan(0);
    else expect(value).toBe(0);
    if (!ofOneSide.includes(name)) expect(gradientsOf(loss, batch).every((each) => each === 0)).toBe(true);
  });

  test('duplicate, opposite and zero rows give finite numbers, and zero rows have no gradient', () => {
    const x = rows([1, 2], [1, 2], [-1, -2], [2, 4], [0, 0], [0, 1e-13], [3, 0], [0, -1]);
    const batch = labeled(x, [0, 0, 0, 1, 1, 2, 2, 1]);
    const found = loss.differentiate(batch);
    expect(firstNotFinite({ value: found.value, gradients: found.gradients })).toBeUndefined();
    expect(found.parts['zeroRows']).toBe(2);
    for (const side of [found.gradients.queries!, found.gradients.keys![0]!]) {
      expect([...values(side)].slice(8, 12)).toEqual([0, 0, 0, 0]);
    }
  });

  test('rows of length 1 are compared: scale does not matter, gradients are at right angles', () => {
    const x = doubles(exampleFeatures(6, 4, 3));
    const batch = labeled(x, [0, 0, 1, 1, 2, 2]);
    const scaled = labeled(
      tensor(
        values(x).map((each) => 8 * each),
        [6, 4],
      ),
      [0, 0, 1, 1, 2, 2],
    );
    expect(loss.measure(scaled).value).toBeCloseTo(loss.measure(batch).value, 11);
    const { gradients } = loss.differentiate(batch);
    for (let row = 0; row < 6; row++) {
      const along = [0, 1, 2, 3].reduce((sum, e) => sum + x.get(row, e) * gradients.queries!.get(row, e), 0);
      expect(Math.abs(along)).toBeLessThan(1e-11 * Math.max(1, loss.measure(batch).value));
    }
  });

  test('gradients of rows against themselves agree with central differences along both sides', () => {
    const random = createRandom('metric learning');
    const x = features(
      Float64Array.from({ length: 32 }, () => random.normal(0, 1)),
      8,
      4,
    );
    const { worst, scale } = lossGradientError(loss, labeled(x, [0, 1, 0, 1, 2, 2, 0, 3]), { step: 1e-7 });
    // a step of 1e-7 keeps about eight digits of the value, and the curvature of scales up to 80 out
    expect(worst).toBeLessThan(1e-6 * Math.max(1, scale, loss.measure(labeled(x, [0, 1, 0, 1, 2, 2, 0, 3])).value));
  });

  test('blocks of keys are one after the other', () => {
    const [x, y] = [doubles(exampleFeatures(3, 4, 1)), doubles(exampleFeatures(5, 4, 2))];
    const targets = sparseWeights([
      [[0, 1]],
      [
        [1, 0.5],
        [4, 0.5],
      ],
      [[2, 1]],
    ]);
    const excluded = sparseExclusion([[3], [], [0]]);
    const part = (from: number, to: number) => features(values(y).slice(4 * from, 4 * to), to - from, 4);
    const whole = loss.differentiate({ queries: x, keys: [y], targets, excluded });
    const parted = loss.differentiate({ queries: x, keys: [part(0, 2), part(2, 5)], targets, excluded });
    expect(parted.value).toBe(whole.value);
    expect(parted.gradients.keys!.flatMap((each) => [...values(each!)])).toEqual([...values(whole.gradients.keys![0]!)]);
  });

  test('a row that may be seen and holds no number is named', () => {
    const x = copy(doubles(exampleFeatures(4, 3)));
    x.set(2, 1, Number.NaN);
    expect(() => loss.measure(labeled(x, [0, 0, 1, 1]))).toThrow(
      expect.objectContaining({
        code: 'NOT_FINITE',
        message: expect.stringContaining(`${name}: expected finite rows for query 0`),
      }),
    );
  });

  test('a query that holds no number is named, though no other row looks at it', () => {
    const x = copy(doubles(exampleFeatures(3, 4)));
    x.set(1, 1, Number.NaN);
    const batch = pairs(x, doubles(exampleFeatures(3, 4, 1)));
    expect(() => loss.measure(batch)).toThrow(expect.objectContaining({ message: expect.stringContaining('for query 1') }));
  });

  test('gradients have the element type of what they belong to', () => {
    const { gradients } = loss.differentiate({
      ...pairs(exampleFeatures(3), exampleFeatures(3)),
      keys: [exampleFeatures(3, 4, 1), doubles(exampleFeatures(2))],
    });
    expect([gradients.queries, ...gradients.keys!].map((each) => each!.data.constructor)).toEqual([
      Float32Array,
      Float32Array,
      Float64Array,
    ]);
  });
});

test.each(losses.map((loss) => [loss.name, loss] as const))('%s counts a query of weight 3 as three queries', (_, loss) => {
  const [x, y] = [doubles(exampleFeatures(4, 4, 1)), doubles(exampleFeatures(4, 4, 2))];
  const times = [0, 0, 0, 2, 3]; // query 1 counts 0 times
  const weighted = { ...pairs(x, y), queryWeights: Float64Array.of(3, 0, 1, 1) };
  const repeated: ContrastBatch = {
    ...pairs(rows(...times.map((row) => [0, 1, 2, 3].map((e) => x.get(row, e)))), y),
    targets: sparseWeights(times.map((column) => [[column, 1]])),
  };
  const [a, b] = [loss.differentiate(weighted), loss.differentiate(repeated)];
  // the same few terms, in another order
  expect(a.value).toBeCloseTo(b.value, 11);
  expect(values(a.gradients.keys![0]!)).toBeCloseToTensor([...values(b.gradients.keys![0]!)], 1e-11);
  const weightless = { ...weighted, queryWeights: new Float64Array(4) };
  expect(loss.measure(weightless).value).toBe(0);
  expect(gradientsOf(loss, weightless).every((each) => each === 0)).toBe(true);
});

const weightedLosses = [...losses, contrastivePairs({ reduction: 'mean' }), triplet({ reduction: 'mean', penalty: 'softplus' })];

describe.each([1e-310, 1e-300, 1.7e308])('weights of %d', (weight) => {
  test.each(weightedLosses.map((loss) => [loss.name, loss] as const))(
    '%s takes queryWeights relative to the largest: no sum of them overflows or vanishes',
    (_, loss) => {
      const batch = pairs(doubles(exampleFeatures(4, 4, 1)), doubles(exampleFeatures(4, 4, 2)));
      const plain = loss.differentiate(batch);
      expect(loss.differentiate({ ...batch, queryWeights: new Float64Array(4).fill(weight) })).toEqual(plain);
    },
  );
});

test.each([contrastivePairs({ reduction: 'sum' }), triplet({ reduction: 'sum' })])(
  '$name as a sum counts a weight as given, not relative to the largest',
  (loss) => {
    const batch = pairs(doubles(exampleFeatures(4, 4, 1)), doubles(exampleFeatures(4, 4, 2)));
    const [plain, weighted] = [undefined, new Float64Array(4).fill(3)].map((queryWeights) =>
      loss.differentiate(queryWeights === undefined ? batch : { ...batch, queryWeights }),
    );
    // three times the same sum, rounded another way
    expect(weighted!.value).toBeCloseTo(3 * plain!.value, 12);
    expect(values(weighted!.gradients.queries!)).toBeCloseToTensor(
      values(plain!.gradients.queries!).map((each) => 3 * each),
      1e-12,
    );
    expect(weighted!.parts).toEqual(plain!.parts);
  },
);

test('mean distances and pairs among the parts are by weight of query', () => {
  const batch = { ...pairs(rows([0], [0]), rows([1], [3])), queryWeights: Float64Array.of(2, 6) };
  const { parts } = nca({ rows: 'raw', distance: 'euclidean' }).measure(batch);
  expect(parts).toMatchObject({ positive: (1 / 3 + 3) / (4 / 3), negativePairs: expect.closeTo(4 / 3, 12) });
});

test.each(losses.map((loss) => [loss.name, loss] as const))(
  '%s looks at an extra as at a key that only its query sees',
  (_, loss) => {
    const [x, y] = [doubles(exampleFeatures(2, 4, 1)), doubles(exampleFeatures(2, 4, 2))];
    const own = doubles(exampleFeatures(3, 4, 5));
    const spread = new Float64Array(2 * 2 * 4);
    spread.set(values(own).subarray(0, 8));
    spread.set(values(own).subarray(8), 8); // one extra of query 1, and one that does not count
    const extras = { values: tensor(spread, [2, 2, 4]), counts: Int32Array.of(2, 1) };
    const found = loss.differentiate({ ...pairs(x, y), extras });
    const keyed = loss.differentiate({ ...pairs(x, y), keys: [y, own], excluded: sparseExclusion([[4], [2, 3]]) });
    expect(found.value).toBe(keyed.value);
    expect([...values(found.gradients.extras!)].slice(0, 12)).toEqual([...values(keyed.gradients.keys![1]!)]);
    expect([...values(found.gradients.queries!)]).toEqual([...values(keyed.gradients.queries!)]);
  },
);
