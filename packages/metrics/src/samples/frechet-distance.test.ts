import type { EncodedViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features } from '@viewforge/tensor';
import { exampleEncodedViews, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { add, multiply, sqrtm, subtract, trace } from 'mathjs';
import { expect, test } from 'vitest';
import {
  createScatter,
  frechetDistance,
  frechetDistanceBetween,
  frechetDistanceOf,
  gaussianDistance,
  scatterOf,
} from '../index.ts';

const square = rows([1, 1], [1, -1], [-1, 1], [-1, -1]);
const wide = rows([3, 1], [3, -1], [-1, 1], [-1, -1]);

obeysMetricLaws(frechetDistance(), [
  // means (0, 0) and (1, 0), variances 4/3 and 4/3, 16/3 and 4/3: 1 + (4 - 2)^2 / 3
  { encoded: viewsOf(square, wide), value: 1 + 4 / 3, tolerance: 2e-6 }, // the jitter
  { encoded: viewsOf(square, square), value: 0 },
]);

test('N(0, I) and N((1, 0), diag(4, 1)) are 2 apart', () => {
  const [a, b] = [
    { mean: [0, 0], covariance: [1, 0, 0, 1] },
    { mean: [1, 0], covariance: [4, 0, 0, 1] },
  ];
  expect(gaussianDistance(a, b, 0)).toEqual({ mean: 1, covariance: expect.closeTo(1, 12) });
  const { mean, covariance } = gaussianDistance(a, b);
  expect(mean + covariance).toBeCloseTo(2, 5);
});

test('distributions along different lines share nothing', () => {
  const [a, b] = [
    { mean: [0, 0], covariance: [1, 0, 0, 0] },
    { mean: [0, 0], covariance: [0, 0, 0, 1] },
  ];
  expect(gaussianDistance(a, b, 0).covariance).toBeCloseTo(2, 12);
});

test.each([2, 3, 5])('in %i dimensions it agrees with the matrix root of mathjs', (d) => {
  const [a, b] = [exampleFeatures(4 * d, d), features(exampleFeatures(8 * d, d).data.slice(4 * d * d), 4 * d, d)];
  const [first, second] = [scatterOf(a), scatterOf(b)];
  const covariance = ({ scatter, n }: typeof first) =>
    Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_other, j) => scatter[i * d + j]! / (n - 1)));
  const [c1, c2] = [covariance(first), covariance(second)];
  const root = sqrtm(multiply(c1, c2)) as number[][];
  const expected = trace(subtract(add(c1, c2), multiply(2, root)) as number[][]) as number;
  const distance = first.mean.reduce((sum, each, i) => sum + (each - second.mean[i]!) ** 2, 0);
  const found = frechetDistanceOf(a, b, { jitter: 0 });
  expect(found.parts['covariance']).toBeCloseTo(expected, 8); // the root is iterated to 1e-9
  expect(found.value).toBeCloseTo(expected + distance, 8);
});

test('turning both sets changes nothing, and neither does exchanging them', () => {
  const turned = (x: Features) =>
    features(
      Float64Array.from(x.data, (_, at) => {
        const [p, q] = [x.data[at - (at % 2)]!, x.data[at - (at % 2) + 1]!];
        return at % 2 ? 0.8 * p + 0.6 * q : 0.6 * p - 0.8 * q;
      }),
      x.shape[0]!,
      2,
    );
  const [a, b] = [exampleFeatures(9, 2), wide];
  expect(frechetDistanceOf(turned(a), turned(b)).value).toBeCloseTo(frechetDistanceOf(a, b).value, 10);
  expect(frechetDistanceOf(b, a).value).toBeCloseTo(frechetDistanceOf(a, b).value, 10);
});

test('large samples come near the distance of what they were drawn from', () => {
  const random = createRandom('frechet');
  const drawn = (x: number, deviation: number) =>
    features(
      Float64Array.from({ length: 8000 }, (_, at) => (at % 2 ? random.normal(0, 1) : random.normal(x, deviation))),
      4000,
      2,
    );
  expect(frechetDistanceOf(drawn(0, 1), drawn(1, 2)).value).toBeCloseTo(2, 0); // four deviations of the estimate are below 0.3
});

test('sets taken in piece by piece and merged are as far apart', () => {
  const all = exampleFeatures(10, 3);
  const other = scatterOf(exampleFeatures(7, 3));
  const [first, second] = [createScatter(3), createScatter(3)];
  first.add(features(all.data.slice(0, 12), 4, 3));
  second.add(features(all.data.slice(12), 6, 3));
  first.merge(second);
  expect(frechetDistanceBetween(first.result(), other).value).toBeCloseTo(
    frechetDistanceBetween(scatterOf(all), other).value,
    12,
  );
});

test('few rows are noted', () => {
  expect(frechetDistanceOf(exampleFeatures(3, 4), exampleFeatures(9, 4)).notes).toEqual([
    'covariances of 3 rows say little about 4 features',
  ]);
});

test.each([
  ['one view', exampleEncodedViews({ views: 1 }), 'the Frechet distance needs two rows in each set'],
  ['one item', exampleEncodedViews({ items: 1 }), 'the Frechet distance needs two rows in each set'],
  ['NaN', viewsOf(square, rows([Number.NaN, 1], [1, 1], [1, 1], [1, 1])), 'features are not all finite numbers within 1e70'],
])('%s: NaN with a note', async (_, encoded, note) => {
  expect(await frechetDistance().measure(encoded, running())).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
});

test('numbers whose products overflow are noted, and fail no decomposition', () => {
  const large = rows([1e160, 1], [2, -1e160], [3, 5], [1, 1e160]);
  expect(frechetDistanceOf(large, square)).toMatchObject({ value: Number.NaN, n: 0 });
  const gaussian = { mean: [0], covariance: [Number.POSITIVE_INFINITY] };
  expect(() => gaussianDistance(gaussian, { mean: [0], covariance: [1] })).toThrow('expected means and covariances of finite');
});

test('sets of different widths are an error', () => {
  expect(() => frechetDistanceOf(exampleFeatures(5, 3), exampleFeatures(5, 4))).toThrow(
    'frechet-distance: expected rows of width 3, got 4',
  );
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(...views: readonly Features[]): EncodedViews {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
