import { pairs } from '@viewforge/core';
import { infoNce, negativeCosine } from '@viewforge/losses';
import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures, exampleEncodedViews, matchers } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';
import { foregroundMap, pairQuality, qualityWeights, weighItems, weighQueries } from './quality.ts';

expect.extend(matchers);

describe('foreground', () => {
  test('projections become shares of the foreground and of the background', () => {
    const { foreground, background } = foregroundMap([0.2, 1, 0.6, -0.2]);
    // 1e-7 is added to the span
    expect(foreground).toBeCloseToTensor([1 / 6, 1 / 2, 1 / 3, 0], 1e-6);
    expect(background).toBeCloseToTensor([1 / 3, 0, 1 / 6, 1 / 2], 1e-6);
  });

  test('projections that are all alike tell nothing: uniform', () => {
    const { foreground, background } = foregroundMap([3, 3, 3, 3]);
    expect([...foreground, ...background]).toEqual(Array(8).fill(0.25));
  });

  test('of projections that hardly differ the background keeps its share: the span is 1e-7 at least', () => {
    // 1 - 1e-7 / 2e-7 for the second of two
    expect(foregroundMap([0, 1e-7]).background).toBeCloseToTensor([2 / 3, 1 / 3], 1e-8);
  });

  test('no token, and one that is no number, are refused', () => {
    expect(() => foregroundMap([])).toThrow('expected at least one token, got none');
    expect(() => foregroundMap([0, Number.NaN])).toThrow('expected finite tokens, got NaN for token 1');
  });
});

describe('quality of a pair', () => {
  const direction = [1, 0, 0];

  test('the same thing in other surroundings is as good as can be', () => {
    const first = rows([1, 0, 0], [0, 1, 0]);
    const second = rows([1, 0, 0], [0, -1, 0]);
    const found = pairQuality(first, second, direction);
    expect(found.foreground).toBeCloseTo(1, 6);
    expect(found.background).toBeCloseTo(-1, 6);
    expect(found.quality).toBeCloseTo(2, 6);
  });

  test('a view with itself is worth nothing', () => {
    expect(pairQuality(exampleFeatures(5, 3), exampleFeatures(5, 3), direction).quality).toBeCloseTo(0, 12);
  });

  test('tokens of zeros have the cosine 0, and another width is refused', () => {
    expect(pairQuality(rows([0, 0, 0]), rows([1, 2, 3]), direction)).toEqual({ foreground: 0, background: 0, quality: 0 });
    expect(() => pairQuality(rows([1, 2]), rows([1, 2]), direction)).toThrow('expected tokens of [t, 3], got [1,2]');
  });
});

describe('weights', () => {
  test('three pairs', () => {
    const weights = qualityWeights([0.6, 0.1, -0.3]);
    expect(weights).toBeCloseToTensor([1.490239, 0.903875, 0.605886], 1e-6);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(3, 12);
    expect([0.5, 1, 2].reduce((sum, term, i) => sum + (weights[i]! * term) / 3, 0)).toBeCloseTo(0.953589, 6);
  });

  test('one pair counts 1, and no sharpness lets all count alike', () => {
    expect([...qualityWeights([-0.7])]).toEqual([1]);
    expect(qualityWeights([0.6, 0.1], 0)).toBeCloseToTensor([1, 1], 1e-15);
    expect(() => qualityWeights([0, Number.NaN])).toThrow('expected finite qualities, got NaN for pair 1');
  });

  test('any finite sharpness gives finite weights; others are refused, not answered with NaN', () => {
    expect([...qualityWeights([0.6, 2, -0.3], 1e308)]).toEqual([0, 3, 0]);
    for (const sharpness of [Number.NaN, Number.POSITIVE_INFINITY, -1])
      expect(() => qualityWeights([1, 2], sharpness)).toThrow(`expected a finite sharpness >= 0, got ${sharpness}`);
  });

  test('they weigh the queries of a batch, one by one or item by item', () => {
    const loss = infoNce({ temperature: 0.5 });
    const batch = pairs(exampleFeatures(3, 4, 0), exampleFeatures(3, 4, 1));
    const weights = qualityWeights([0.6, 0.1, -0.3]);
    const { perQuery } = loss.measure(batch);
    const expected = perQuery.reduce((sum, term, i) => sum + (weights[i]! * term) / 3, 0);
    expect(loss.measure(weighQueries(batch, weights)).value).toBeCloseTo(expected, 12);
    expect([...weighQueries(weighQueries(batch, weights), weights).queryWeights!]).toEqual([
      ...weights.map((weight) => weight * weight),
    ]);
    const stacked = bothWays().pair(exampleEncodedViews({ items: 3 }), null, { epoch: 0, step: 0, fraction: 0 }).batch;
    expect([...weighQueries(stacked, weights).queryWeights!]).toEqual([...weights, ...weights]);
    expect(() => weighQueries(batch, Float64Array.of(1, 2))).toThrow(
      'expected a weight for each of 3 queries, or for each item, got 2',
    );
  });

  test('they weigh the items of an aligned batch, which has no queries: BYOL and SimSiam', () => {
    const batch = { views: [exampleFeatures(3, 4, 0)], targets: [exampleFeatures(3, 4, 1)] };
    const weights = qualityWeights([0.6, 0.1, -0.3]);
    const loss = negativeCosine({ against: 'own' });
    const expected = loss.measure(batch).perQuery.reduce((sum, term, i) => sum + (weights[i]! * term) / 3, 0);
    expect(loss.measure(weighItems(batch, weights)).value).toBeCloseTo(expected, 12);
    expect([...weighItems(weighItems(batch, weights), weights).weights!]).toEqual([...weights.map((weight) => weight * weight)]);
    expect(() => weighItems(batch, Float64Array.of(1))).toThrow('weigh-items: expected a weight for each of 3 items, got 1');
  });
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
