import { restoreState, saveState } from '@viewforge/pairings';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { contentOf, exampleFeatures, firstDifference, gradientError, stateOf } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { type ClassCovariance, pullCovariance, startCovariance, updateCovariance } from './class-covariance.ts';

/** Three rows of mean (1, 1) and covariance diag(0.2, 0.1), all of class 0. */
const given: ClassCovariance = {
  ...startCovariance(1, 2),
  counts: Float64Array.of(3),
  means: rows([1, 1]),
  covariances: [rows([0.2, 0], [0, 0.1])],
};

describe('the worked example', () => {
  const after = updateCovariance(given, rows([2, 0], [4, 2]), Int32Array.of(0, 0));

  test('mean and covariance of five rows', () => {
    expect([...values(after.means)]).toEqual([expect.closeTo(1.8, 12), expect.closeTo(1, 12)]);
    [1.48, 0.4, 0.4, 0.46].forEach((expected, at) => {
      expect(values(after.covariances[0]!)[at]).toBeCloseTo(expected, 12);
    });
    expect(after.counts[0]).toBe(5);
  });

  test('its diagonal alone', () => {
    const diagonal = { ...given, covariances: [tensor(Float64Array.of(0.2, 0.1), [2])] };
    const { covariances } = updateCovariance(diagonal, rows([2, 0], [4, 2]), Int32Array.of(0, 0));
    expect([...values(covariances[0]!)]).toEqual([expect.closeTo(1.48, 12), expect.closeTo(0.46, 12)]);
  });
});

test.each(['full', 'diagonal'] as const)('batches one after the other give the %s covariance of all rows at once', (form) => {
  const all = doubles(exampleFeatures(12, 3, 1));
  const labels = Int32Array.from({ length: 12 }, (_, i) => (i * 7) % 3);
  let state = startCovariance(4, 3, form);
  for (const [from, to] of [
    [0, 1],
    [1, 6],
    [6, 12],
  ] as const) {
    state = updateCovariance(state, part(all, from, to), labels.subarray(from, to));
  }
  for (let label = 0; label < 4; label++) {
    const members = [...labels.keys()].filter((row) => labels[row] === label);
    const mean = [0, 1, 2].map((e) => members.reduce((sum, row) => sum + all.get(row, e), 0) / Math.max(1, members.length));
    for (let e = 0; e < 3; e++) {
      for (let f = 0; f < 3; f++) {
        if (form === 'diagonal' && f !== e) continue;
        const products = members.map((row) => (all.get(row, e) - mean[e]!) * (all.get(row, f) - mean[f]!));
        const expected = products.reduce((sum, each) => sum + each, 0) / Math.max(1, members.length);
        const found = values(state.covariances[label]!)[form === 'full' ? e * 3 + f : e];
        expect(found).toBeCloseTo(expected, 12);
      }
    }
    expect(state.counts[label]).toBe(members.length);
  }
});

test('a class with one row has covariance 0, a class without keeps its arrays, and the state before stays as it was', () => {
  const start = startCovariance(2, 2);
  const before = stateOf(start);
  const after = updateCovariance(start, rows([3, 4]), Int32Array.of(1));
  expect([...values(after.covariances[1]!)]).toEqual([0, 0, 0, 0]);
  expect([...values(after.means)]).toEqual([0, 0, 3, 4]);
  expect(after.covariances[0]).toBe(start.covariances[0]);
  expect(firstDifference(before, stateOf(start))).toBeUndefined();
});

test('rows that are no finite numbers are left out and counted', () => {
  const labels = Int32Array.of(0, 0, 0);
  const after = updateCovariance(given, rows([2, 0], [Number.NaN, 1], [4, 2]), labels);
  expect(after.skipped).toBe(1);
  const { skipped: _, ...clean } = updateCovariance(given, rows([2, 0], [4, 2]), Int32Array.of(0, 0));
  const { skipped: __, ...found } = after;
  expect(firstDifference(contentOf(clean), contentOf(found))).toBeUndefined();
});

test('a batch of no rows changes nothing, and states are saved as they are', () => {
  const after = updateCovariance(given, features(new Float64Array(0), 0, 2), new Int32Array(0));
  expect(firstDifference(contentOf(given), contentOf(after))).toBeUndefined();
  expect(firstDifference(contentOf(given), contentOf(restoreState(saveState(given))))).toBeUndefined();
});

test.each(['full', 'diagonal'] as const)('gradients of a %s covariance reach the rows', (form) => {
  const batch = doubles(exampleFeatures(5, 3, 2));
  const labels = Int32Array.of(0, 1, 0, 0, 1);
  const before = updateCovariance(startCovariance(2, 3, form), doubles(exampleFeatures(3, 3, 3)), Int32Array.of(0, 0, 1));
  const shape = form === 'full' ? [3, 3] : [3];
  const weights = [4, 5].map((seed) =>
    tensor(Float64Array.from(values(exampleFeatures(3, shape.length === 1 ? 1 : 3, seed))), shape),
  );
  const value = ([moved]: readonly Features[]) => {
    const { covariances } = updateCovariance(before, moved!, labels);
    return covariances.reduce((sum, covariance, c) => sum + dot(values(covariance), values(weights[c]!)), 0);
  };
  const gradient = pullCovariance(before, batch, labels, weights);
  expect(gradientError(value, [batch], [gradient]).worst).toBeLessThan(1e-8);
  const first = pullCovariance(before, batch, labels, [weights[0], undefined]);
  expect([1, 4].flatMap((row) => [0, 1, 2].map((e) => first.get(row, e)))).toEqual(Array(6).fill(0));
});

test.each([
  ['rows of another width', rows([1, 2, 3]), Int32Array.of(0), 'expected rows of [n, 2], got [1,3]'],
  ['too few labels', rows([1, 2]), new Int32Array(0), 'expected 1 labels, one a row, got 0'],
  ['a class that is not there', rows([1, 2]), Int32Array.of(1), 'expected classes from 0 to 0, got 1 in row 0'],
])('%s are refused', (_, wrong, labels, message) => {
  expect(() => updateCovariance(given, wrong, labels)).toThrow(message);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(of: Features): Features {
  return tensor(Float64Array.from(values(of)), of.shape);
}

function part(of: Features, from: number, to: number): Features {
  const d = of.shape[1]!;
  return tensor(values(of).slice(from * d, to * d), [to - from, d]);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, each, at) => sum + each * b[at]!, 0);
}
