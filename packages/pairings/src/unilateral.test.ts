import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight } from '@viewforge/core';
import { infoNce, ntXent } from '@viewforge/losses';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleEncodedViews, matchers, obeysPairingLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';
import { inlierWeights, unilateral } from './unilateral.ts';

expect.extend(matchers);

const start = { epoch: 0, step: 0, fraction: 0 };
const blend = { kind: 'identity' } as const;
const inliers = rows([1, 0], [0.9, 0.2], [0.95, 0.1], [-0.2, 1]);
/** Two views of two inliers, and two outliers seen once. */
const worked: EncodedViews = {
  items: [{ id: 'a' }, { id: 'b' }],
  views: {
    upright: [
      { features: rows([1, 0], [0.9, 0.2]), blend },
      { features: rows([0.95, 0.1], [-0.2, 1]), blend },
    ],
    turned: [{ features: rows([0, -1], [-1, 0]), blend }],
  },
};
const turned: EncodedViews = {
  items: [{ id: 'a' }, { id: 'b' }, { id: 'a' }],
  views: { upright: of(0), quarter: of(1), half: of(2) },
};

obeysPairingLaws(unilateral(), [exampleEncodedViews(), turned]);
obeysPairingLaws(unilateral({ queryWeights: 'soft', weighting: 'equal' }), [turned]);

test('inliers near to the others have more weight', () => {
  expect(inlierWeights(inliers, 0.5)).toBeCloseToTensor([0.310546, 0.317855, 0.318903, 0.052696], 1e-6);
  expect([...inlierWeights(rows([3, 4]), 0.5)]).toEqual([1]);
});

describe('four inliers and two outliers', () => {
  const loss = infoNce({ temperature: 0.5 });

  test.each([
    ['soft', [0.992705, 0.96228, 0.976242, 1.604732]],
    ['equal', [1.599771, 1.456009, 1.532392, 1.606376]],
  ] as const)('%s weights', (weighting, expected) => {
    const { perQuery } = loss.measure(unilateral({ weighting }).pair(worked, null, start).batch);
    expect(perQuery.subarray(0, 4)).toBeCloseToTensor(expected, 1e-6);
    expect([...perQuery.subarray(4)]).toEqual([Number.NaN, Number.NaN]);
  });

  test.each([
    ['equal', 1.13399],
    ['soft', 1.010036],
  ] as const)('the mean with %s queries', (queryWeights, expected) => {
    expect(loss.measure(unilateral({ queryWeights }).pair(worked, null, start).batch).value).toBeCloseTo(expected, 6);
  });

  test('the gradient reaches the inliers', () => {
    const { batch, pullback } = unilateral().pair(worked, null, start);
    const pulled = pullback(loss.differentiate(batch).gradients)['upright']!;
    expect(pulled.flatMap((each) => [...values(each)])).toBeCloseToTensor(
      [0, -0.135157, 0.014268, -0.064207, 0.011717, -0.111307, -0.390664, -0.078133],
      1e-6,
    );
  });
});

test('outliers belong to their own other views alone; duplicates are excluded', () => {
  const { batch } = unilateral().pair(turned, null, start);
  // three items, views upright 0 and 1 (rows 0 to 5), quarter 0 and 1 (6 to 11), half 0 and 1 (12 to 17)
  expect(targetsOf(batch, 6)).toEqual([[9, 1]]);
  expect(targetsOf(batch, 16)).toEqual([[13, 1]]);
  expect(excludedOf(batch, 6)).toEqual([6, 8, 11]);
  expect(excludedOf(batch, 16)).toEqual([16]);
  expect(targetsOf(batch, 0).map(([column]) => column)).toEqual([1, 2, 3, 4, 5]);
});

test('weights of queries are 1 on the mean of inliers, and 1 for outliers', () => {
  const { queryWeights } = unilateral({ queryWeights: 'soft' }).pair(turned, null, start).batch;
  expect(queryWeights!.subarray(0, 6).reduce((sum, each) => sum + each, 0)).toBeCloseTo(6, 12);
  expect([...queryWeights!.subarray(6)]).toEqual(Array(12).fill(1));
});

describe('edges', () => {
  test('no items at all are no inliers, and worth 0', () => {
    const nothing = { features: features(new Float64Array(0), 0, 2), blend };
    const none: EncodedViews = { items: [], views: { upright: [nothing, nothing], turned: [nothing] } };
    for (const weighting of ['soft', 'equal'] as const)
      expect(infoNce().measure(unilateral({ weighting, queryWeights: 'soft' }).pair(none, null, start).batch).value).toBe(0);
    expect([...inlierWeights(nothing.features, 0.5)]).toEqual([]);
  });

  test('a single inlier has nothing to gather with', () => {
    const one: EncodedViews = {
      items: [{ id: 'a' }],
      views: { upright: [{ features: rows([1, 2]), blend }], turned: [{ features: rows([2, 1]), blend }] },
    };
    expect(infoNce().measure(unilateral({ queryWeights: 'soft' }).pair(one, null, start).batch).value).toBe(0);
  });

  test('outliers among themselves are NT-Xent', () => {
    const encoded = exampleEncodedViews({ items: 4 });
    const lone: EncodedViews = {
      ...encoded,
      views: { upright: [{ features: features(new Float64Array(16), 4, 4), blend }], turned: encoded.views['view']! },
    };
    const { batch } = unilateral().pair(lone, null, start);
    const { perQuery } = infoNce({ temperature: 0.5 }).measure({ ...batch, excluded: withoutFirst(batch, 4) });
    const expected = ntXent({ temperature: 0.5 }).measure(bothWays().pair(encoded, null, start).batch).perQuery;
    expect(perQuery.subarray(4)).toBeCloseToTensor(expected, 1e-12);
  });

  test('a cold softmax leaves the nearest inlier alone, without NaN', () => {
    const { batch } = unilateral({ temperature: 1e-4, queryWeights: 'soft' }).pair(worked, null, start);
    for (let row = 0; row < 4; row++) {
      expect(targetsOf(batch, row).reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 12);
    }
    expect(batch.queryWeights!.every(Number.isFinite)).toBe(true);
  });
});

function of(seed: number) {
  return exampleEncodedViews({ items: 3, seed }).views['view']!;
}

/** The exclusion of a batch and the first columns besides. */
function withoutFirst(batch: ContrastBatch, count: number): ContrastBatch['excluded'] {
  const n = batch.queries.shape[0]!;
  const lists = Array.from({ length: n }, (_, row) =>
    [...new Set([...Array(count).keys(), ...excludedOf(batch, row)])].sort((a, b) => a - b),
  );
  const offsets = Int32Array.from([0, ...lists.map((_, row) => lists.slice(0, row + 1).flat().length)]);
  return { kind: 'sparse', offsets, columns: Int32Array.from(lists.flat()) };
}

function targetsOf({ targets }: ContrastBatch, row: number): [number, number][] {
  const found: [number, number][] = [];
  eachWeight(targets, row, (column, weight) => weight > 0 && found.push([column, weight]));
  return found;
}

function excludedOf(batch: ContrastBatch, row: number): number[] {
  const found: number[] = [];
  eachExcluded(batch, row, (column) => found.push(column));
  return found;
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
