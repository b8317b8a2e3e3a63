import { type ContrastBatch, sparseWeights } from '@viewforge/core';
import { bothWays } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleEncodedViews, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { ntXent, supCon } from './index.ts';

expect.extend(matchers);
obeysLossLaws(supCon());
obeysLossLaws(supCon({ temperature: 0.5, positives: 'inside', skipEmpty: false }));

const x = rows([1, 0], [0.8, 0.6], [0, 1], [-0.6, 0.8]);
const loss = supCon({ temperature: 0.5, baseTemperature: 0.5 });

test('two classes of two rows', () => {
  const { value, gradients } = loss.differentiate(ofClasses(x, [0, 0, 1, 1]));
  const both = values(gradients.queries!).map((each, i) => each + values(gradients.keys![0]!)[i]!);
  expect(value).toBeCloseTo(0.43019, 6);
  expect(both).toBeCloseToTensor([0, -0.029785, -0.373482, 0.497977, 0.622471, 0, -0.023828, -0.017871], 1e-6);
});

describe('a row alone in its class', () => {
  const batch = ofClasses(rows([1, 0], [0.8, 0.6], [0, 1]), [0, 0, 1]);
  const counting = supCon({ temperature: 0.5, baseTemperature: 0.5, skipEmpty: false });

  test('counts with 0, as in the published code', () => {
    expect(counting.measure(batch).value).toBeCloseTo(0.232305, 6);
  });

  test('or is left out of the mean: 3 rows of 2 that count', () => {
    const [all, some] = [counting, loss].map((each) => each.differentiate(batch));
    expect(some!.value).toBeCloseTo((all!.value * 3) / 2, 12);
    expect(some!.gradients.queries!).toBeCloseToTensor(
      values(all!.gradients.queries!).map((each) => (each * 3) / 2),
      1e-12,
    );
    expect([all!.perQuery.length, some!.perQuery.length]).toEqual([0, 3]);
  });

  test('and nothing but such rows is worth 0', () => {
    for (const each of [counting, loss]) expect(each.measure(ofClasses(x, [0, 1, 2, 3])).value).toBe(0);
  });
});

test('classes of two views each are NT-Xent', () => {
  const { batch } = bothWays().pair(exampleEncodedViews(), null, { epoch: 0, step: 0, fraction: 0 });
  const expected = ntXent({ temperature: 0.2 }).measure(batch).value;
  for (const positives of ['outside', 'inside'] as const) {
    expect(supCon({ temperature: 0.2, baseTemperature: 0.2, positives }).measure(batch).value).toBeCloseTo(expected, 12);
  }
});

test('value and gradients are multiplied by temperature / baseTemperature', () => {
  const batch = ofClasses(x, [0, 0, 1, 1]);
  const [whole, half] = [loss, supCon({ temperature: 0.5, baseTemperature: 1 })].map((each) => each.differentiate(batch));
  expect(half!.value).toBeCloseTo(whole!.value / 2, 12);
  expect(half!.perQuery[0]).toBeCloseTo(whole!.perQuery[0]! / 2, 12);
  expect(half!.gradients.queries!).toBeCloseToTensor(
    values(whole!.gradients.queries!).map((each) => each / 2),
    1e-12,
  );
});

test('inside is the logarithm of the mean share, which the mean of logarithms never is below', () => {
  const batch = ofClasses(x, [0, 0, 0, 1]);
  const options = { temperature: 0.5, baseTemperature: 0.5 } as const;
  const [outside, inside] = (['outside', 'inside'] as const).map((positives) => supCon({ ...options, positives }).measure(batch));
  // the first row: cosines .8 and 0 to its positives, -.6 to the other class
  const [a, b, c] = [0.8, 0, -0.6].map((cosine) => Math.exp(cosine / 0.5)) as [number, number, number];
  expect(inside!.perQuery[0]).toBeCloseTo(-Math.log((a + b) / 2 / (a + b + c)), 12);
  expect(outside!.perQuery[0]).toBeCloseTo(Math.log(a + b + c) - (1.6 + 0) / 2, 12);
  for (let row = 0; row < 3; row++) expect(inside!.perQuery[row]).toBeLessThanOrEqual(outside!.perQuery[row]! + 1e-12);
});

/** Every row against all others; rows of its class are positives alike. */
function ofClasses(all: Features, labels: readonly number[]): ContrastBatch {
  const targets = labels.map((label, i) => {
    const same = labels.flatMap((other, j) => (other === label && j !== i ? [j] : []));
    return same.map((j) => [j, 1 / same.length] as const);
  });
  return { queries: all, keys: [all], targets: sparseWeights(targets), excluded: { kind: 'self' } };
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
