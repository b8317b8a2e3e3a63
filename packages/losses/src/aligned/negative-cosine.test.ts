import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, lossGradientError, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { negativeCosine } from './negative-cosine.ts';

expect.extend(matchers);
obeysOptionLaws(negativeCosine);
for (const loss of [negativeCosine(), negativeCosine({ form: 'normalized-mse' })]) {
  obeysBatchLossLaws(loss, [
    { name: 'two views', batch: { views: [example(0), example(1)] } },
    { name: 'predictions and targets', batch: { views: [example(0), example(1)], targets: [example(2), example(3)] } },
    {
      name: 'more predictions than targets',
      batch: { views: [example(0), example(1), example(2)], targets: [example(3), example(4)] },
    },
    { name: 'three views', batch: { views: [example(0), example(1), example(2)] } },
    { name: 'one row', batch: { views: [exampleFeatures(1, 3, 0), exampleFeatures(1, 3, 1)] } },
    { name: 'opposite rows and equal rows', batch: { views: [rows([1, 2], [3, 1]), rows([-1, -2], [3, 1])] } },
    { name: 'zero rows', batch: { views: [rows([0, 0], [3, 1]), rows([1, 2], [0, 0])] }, smooth: false },
  ]);
}
obeysBatchLossLaws(negativeCosine({ against: 'own' }), [
  { name: 'own targets', batch: { views: [example(0), example(1)], targets: [example(2), example(3)] } },
  { name: 'one target for all', batch: { views: [example(0), example(1)], targets: [example(2)] } },
]);

describe('weights of items', () => {
  const weights = Float64Array.of(1.490239, 0.903875, 0.605886);

  test('cosines by quality of pair, as in GenView', () => {
    // normalized-mse of .5, 1 and 2: cosines .75, .5 and 0
    const views = [rows([0.75, Math.sqrt(1 - 0.75 ** 2)], [0.5, Math.sqrt(0.75)], [0, 1])];
    const batch = { views, targets: [rows([1, 0], [2, 0], [3, 0])] };
    const loss = negativeCosine({ form: 'normalized-mse', against: 'own' });
    expect(loss.measure(batch).value).toBeCloseTo(1.166667, 6);
    expect(loss.measure({ ...batch, weights }).value).toBeCloseTo(0.953589, 6);
    expect([...loss.measure({ ...batch, weights }).perQuery]).toEqual([0.5, 1, 2].map((each) => expect.closeTo(each, 12)));
  });

  test.each(['negative-cosine', 'normalized-mse'] as const)('gradients of %s agree with central differences', (form) => {
    const [a, b, c] = [0, 1, 2].map((seed) => example(seed));
    const own = Float64Array.from({ length: a!.shape[0]! }, (_, item) => item % 3);
    for (const batch of [{ views: [a!, b!, c!] }, { views: [a!, b!], targets: [c!, a!] }])
      expect(lossGradientError(negativeCosine({ form }), { ...batch, weights: own }).worst).toBeLessThan(1e-8);
  });

  test.each([1e-310, 1, 1.7e308])('all of %d are as none: only what they are relative to each other counts', (weight) => {
    const batch = { views: [example(0), example(1)] };
    const same = new Float64Array(batch.views[0]!.shape[0]!).fill(weight);
    expect(negativeCosine().differentiate({ ...batch, weights: same })).toEqual(negativeCosine().differentiate(batch));
  });

  test('an item of weight 2 counts as two items, in the mean cosine too', () => {
    const [x, y] = [rows([1, 0.2], [-0.5, 1]), rows([0.9, 0.4], [-0.2, 0.8])];
    const twice = [rows([1, 0.2], [1, 0.2], [-0.5, 1]), rows([0.9, 0.4], [0.9, 0.4], [-0.2, 0.8])];
    const found = negativeCosine().measure({ views: [x, y], weights: Float64Array.of(2, 1) });
    const expected = negativeCosine().measure({ views: twice });
    expect(found.value).toBeCloseTo(expected.value, 14);
    expect(found.parts['cosine']).toBeCloseTo(expected.parts['cosine']!, 14);
  });

  test('of nothing but 0 leave nothing to average', () => {
    const found = negativeCosine().differentiate({ views: [rows([1, 2]), rows([2, 1])], weights: Float64Array.of(0) });
    expect(found.value).toBe(0);
    expect(values(found.gradients.views![0]!).every((each) => each === 0)).toBe(true);
  });

  test('that do not fit are refused', () => {
    const views = [rows([1, 2]), rows([2, 1])];
    const measure = (own: readonly number[]) => () => negativeCosine().measure({ views, weights: Float64Array.from(own) });
    expect(measure([1, 2])).toThrow('negative-cosine: expected 1 weights of items, got 2');
    expect(measure([-1])).toThrow('expected weights of items that are finite numbers >= 0, got -1');
    expect(measure([Number.NaN])).toThrow('finite numbers >= 0, got NaN');
  });
});

describe('values worked out by hand', () => {
  test('one prediction and its target, in the form of BYOL', () => {
    const loss = negativeCosine({ form: 'normalized-mse', against: 'own' });
    const { value, gradients } = loss.differentiate({ views: [rows([3, 4])], targets: [rows([1, 0])] });
    expect(value).toBeCloseTo(0.8, 12);
    expect(gradients.views![0]!).toBeCloseToTensor(rows([-0.256, 0.192]));
    expect(gradients.targets).toBeUndefined();
  });

  test('a prediction meets the targets of the other views alone', () => {
    const [right, up] = [rows([1, 0]), rows([0, 1])];
    expect(negativeCosine().measure({ views: [right, up], targets: [up, right] }).value).toBe(-1);
    expect(negativeCosine().measure({ views: [right, up], targets: [right, up] }).value).toBeCloseTo(0, 14);
    expect(negativeCosine({ against: 'own' }).measure({ views: [right, up], targets: [right, up] }).value).toBe(-1);
  });

  test('the mean over comparisons: a third view without a target of its own meets both', () => {
    const [right, up] = [rows([1, 0]), rows([0, 1])];
    const views = [right, right, rows([1, 1])];
    // view 0 meets up, view 1 meets right, view 2 meets both at 45 degrees
    const { value } = negativeCosine().measure({ views, targets: [right, up] });
    expect(value).toBeCloseTo(-(0 + 1 + 2 * Math.SQRT1_2) / 4, 12);
  });

  test('each row for itself', () => {
    const { perQuery, parts } = negativeCosine().measure({ views: [rows([1, 0], [1, 0]), rows([5, 0], [0, 2])] });
    expect(perQuery).toBeCloseToTensor([-1, 0], 1e-14);
    expect(parts['cosine']).toBe(0.5);
  });

  test('a zero row has cosine 0 and no gradient, and is counted', () => {
    const { value, gradients, parts } = negativeCosine({ form: 'normalized-mse' }).differentiate({
      views: [rows([0, 0]), rows([1, 2])],
    });
    expect(value).toBe(2);
    expect(parts['zeroRows']).toBe(1);
    expect(gradients.views!.flatMap((each) => [...values(each!)].map(Math.abs))).toEqual([0, 0, 0, 0]);
  });
});

test.each([1e-6, 1e6])('rows %d times as long: the value stays, the gradient is as much shorter', (scale) => {
  const [a, b] = [example(0), example(1)];
  const [plain, scaled] = [a, example(0, scale)].map((each) => negativeCosine().differentiate({ views: [each, b] }));
  expect(scaled!.value).toBeCloseTo(plain!.value, 12);
  expect(values(scaled!.gradients.views![0]!).map((each) => each * scale)).toBeCloseToTensor(
    values(plain!.gradients.views![0]!),
    1e-12,
  );
});

test('the gradient is at right angles to the row', () => {
  const x = example(0);
  const { gradients } = negativeCosine().differentiate({ views: [x, example(1)] });
  for (let row = 0; row < 6; row++) {
    const along = [0, 1, 2, 3].reduce((sum, i) => sum + x.get(row, i) * gradients.views![0]!.get(row, i), 0);
    expect(Math.abs(along)).toBeLessThan(1e-12);
  }
});

test('gradients have the element type of their view', () => {
  const { gradients } = negativeCosine().differentiate({ views: [exampleFeatures(6, 4), example(1)] });
  expect(gradients.views!.map((each) => each!.data.constructor)).toEqual([Float32Array, Float64Array]);
});

test.each([
  ['expected at least 2 views, got 1', {}, { views: [rows([1])] }],
  ['expected a target of another view, got 1 views and 1 targets', {}, { views: [rows([1])], targets: [rows([1])] }],
  ['expected a target for each view or one for all', { against: 'own' as const }, { views: [rows([1]), rows([1])], targets: [] }],
  ['expected [1,1] in target 1, got [1,2]', {}, { views: [rows([1]), rows([1])], targets: [rows([1]), rows([1, 2])] }],
  ['row 0 of target 1, got Infinity', {}, { views: [rows([1]), rows([1])], targets: [rows([1]), rows([Infinity])] }],
  ['row 0 of view 0, got numbers whose squares', {}, { views: [rows([1e200]), rows([1])] }],
])('refused: %s', (message, options, batch) => {
  expect(() => negativeCosine(options).measure(batch)).toThrow(message);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function example(seed: number, scale = 1): Features {
  return features(
    Float64Array.from(values(exampleFeatures(6, 4, seed)), (each) => scale * each),
    6,
    4,
  );
}
