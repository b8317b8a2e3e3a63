import { aligned } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleEncodedViews, exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { tico } from './tico.ts';

expect.extend(matchers);
obeysOptionLaws(tico);

const moment = features(Float64Array.of(0.3, 0.1, 0, 0.2, 0.2, 0, 0.1, 0, 0.5), 3, 3); // not symmetric: nobody promises that

// with a momentum of 1 nothing of the batch is in C, so that central differences see the gradient that is given
obeysBatchLossLaws(tico({ momentum: 1 }), [
  { name: 'two views', batch: { views: [example(0), example(1)], moment } },
  { name: 'two views and no moment', batch: { views: [example(0), example(1)] } },
  { name: 'a target', batch: { views: [example(0)], targets: [example(1)], moment } },
  { name: 'two views with targets', batch: { views: [example(0), example(1)], targets: [example(2), example(3)], moment } },
  { name: 'one row', batch: { views: [rows([1, 2, 0]), rows([0, 1, 2])], moment } },
]);
obeysBatchLossLaws(tico(), [
  { name: 'two views', batch: { views: [example(0), example(1)], moment } },
  { name: 'one row', batch: { views: [rows([1, 2, 0]), rows([0, 1, 2])] } },
  { name: 'zero rows', batch: { views: [rows([0, 0, 0]), rows([0, 1, 2])] }, smooth: false }, // a row of zeros has no direction to leave in
  { name: 'equal rows', batch: { views: [rows([1, 2, 0], [1, 2, 0]), rows([1, 2, 0], [1, 2, 0])] } },
]);

describe('values worked out by hand', () => {
  test('two rows along axes, of which one direction is crowded', () => {
    const x = rows([2, 0], [0, 3]);
    const { value, perQuery, parts } = tico({ momentum: 0.5, covarianceWeight: 4 }).measure({
      views: [x, rows([1, 0], [3, 3])],
      moment: features(Float64Array.of(1, 0, 0, 0), 2, 2),
    });
    // C = diag(.5 + .5 / 2, .5 / 2)
    expect(perQuery).toBeCloseToTensor([4 * 0.75, 1 - Math.SQRT1_2 + 4 * 0.25], 1e-12);
    expect(value).toBeCloseTo((perQuery[0]! + perQuery[1]!) / 2, 12);
    expect(parts['covariance']).toBeCloseTo(0.5, 12);
    expect(parts['invariance']).toBeCloseTo((1 - Math.SQRT1_2) / 2, 12);
  });

  test('one row and no moment: u^T u u^T u = 1', () => {
    const x = rows([3, 4]);
    expect(tico({ momentum: 0, covarianceWeight: 5 }).measure({ views: [x, x] }).value).toBeCloseTo(5, 12);
  });
});

test('C stays that of the batch while rows move, where it is asked to be held', () => {
  const [a, b, c] = [example(0), example(1), example(2)];
  const loss = tico({ momentum: 0.9 });
  const held = loss.measureHeld!({ views: [c, b] }, { views: [a, b], moment });
  expect(held.value).toBeCloseTo(tico({ momentum: 1 }).measure({ views: [c, b], moment: momentAfter(a, 0.9) }).value, 12);
  expect(loss.measureHeld!({ views: [a, b], moment }, { views: [a, b], moment })).toEqual(
    loss.measure({ views: [a, b], moment }),
  );
});

test('C counts as given: the gradient is that of its moment after the batch', () => {
  const [a, b] = [example(0), example(1)];
  const after = momentAfter(a, 0.9);
  const found = tico({ momentum: 0.9 }).differentiate({ views: [a, b], moment });
  const given = tico({ momentum: 1 }).differentiate({ views: [a, b], moment: after });
  expect(found.value).toBeCloseTo(given.value, 12);
  expect(found.gradients.views![0]!).toBeCloseToTensor(given.gradients.views![0]!, 1e-12);
});

test('the moment that the pairing keeps is the C of the batch before', () => {
  const pairing = aligned({ moment: true });
  const encoded = [0, 1].map((seed) => exampleEncodedViews({ width: 3, seed }));
  const first = pairing.pair(encoded[0]!, pairing.start(), { epoch: 0, fraction: 0, step: 0 });
  const second = pairing.pair(encoded[1]!, first.state, { epoch: 0, fraction: 0, step: 1 });
  const [x, y] = encoded[1]!.views['view']!.map((view) => view.features);
  const nothing = features(new Float64Array(9), 3, 3);
  const after = momentAfter(encoded[0]!.views['view']![0]!.features, 0.9, nothing);
  expect(tico().measure(second.batch).value).toBeCloseTo(tico().measure({ views: [x!, y!], moment: after }).value, 12);
});

test('the other side is target 1, else the only target, else view 1', () => {
  const [a, b, c] = [example(0), example(1), example(2)];
  const loss = tico();
  const expected = loss.measure({ views: [a, b] }).value;
  expect(loss.measure({ views: [a, c], targets: [c, b] }).value).toBe(expected);
  const { value, gradients } = loss.differentiate({ views: [a], targets: [b] });
  expect(value).toBe(expected);
  expect([gradients.views!.length, gradients.targets]).toEqual([1, undefined]);
  expect(loss.differentiate({ views: [a, c], targets: [c, b] }).gradients.views![1]).toBeUndefined();
});

test('views and targets after the second are refused, not ignored', () => {
  const views = [example(0), example(1), example(2)];
  const refused = (message: string) => expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(message) });
  expect(() => tico().measure({ views })).toThrow(refused('tico: expected at most 2 views, got 3'));
  expect(() => tico().measure({ views: [example(0)], targets: views })).toThrow(
    refused('tico: expected at most 2 targets, got 3'),
  );
});

test.each([1e-6, 1e6])('rows %d times as long: the value stays, the gradient is as much shorter', (scale) => {
  const [plain, scaled] = [example(0), example(0, scale)].map((each) => tico().differentiate({ views: [each, example(1)] }));
  expect(scaled!.value).toBeCloseTo(plain!.value, 12);
  expect(values(scaled!.gradients.views![0]!).map((each) => each * scale)).toBeCloseToTensor(
    values(plain!.gradients.views![0]!),
    1e-12,
  );
});

test('errors name what is wrong', () => {
  const views = [rows([1, 2]), rows([2, 1])];
  expect(() => tico().measure({ views: [views[0]!] })).toThrow('tico: expected at least 2 views, got 1');
  expect(() => tico().measure({ views, moment })).toThrow('expected a moment of [2, 2], got [3,3]');
  const broken = rows([1, 2], [Number.NaN, 1]);
  expect(() => tico().measure({ views, moment: broken })).toThrow('expected a moment of finite numbers, got NaN');
});

/** momentum * moment + (1 - momentum) * U^T U / n, in plain loops. */
function momentAfter(x: Features, momentum: number, before = moment): Features {
  const [n, d] = x.shape as [number, number];
  const after = Float64Array.from(values(before), (each) => each * momentum);
  for (let i = 0; i < n; i++) {
    const row = Array.from({ length: d }, (_, e) => x.get(i, e));
    const square = row.reduce((sum, each) => sum + each * each, 0);
    for (let a = 0; a < d; a++)
      for (let b = 0; b < d; b++) after[a * d + b]! += ((1 - momentum) * row[a]! * row[b]!) / square / n;
  }
  return features(after, d, d);
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function example(seed: number, scale = 1): Features {
  return features(
    Float64Array.from(values(exampleFeatures(5, 3, seed)), (each) => scale * each),
    5,
    3,
  );
}
