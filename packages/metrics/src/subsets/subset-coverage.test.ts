import { type Features, features } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { classDivergenceOf, gradientErrorOf, subsetCoverageOf } from '../index.ts';

const points = rows([0, 0], [0.1, 0], [1, 0], [1, 0.2]);

test('four points: what each alone, and two of them, cover', () => {
  const facility = (...chosen: number[]) => subsetCoverageOf(points, chosen).parts['facilityLocation'];
  const alone = [1.959412, 2.157261, 1.979216, 1.937457];
  expect([0, 1, 2, 3].map((row) => facility(row))).toEqual(alone.map((each) => expect.closeTo(each, 6)));
  expect(facility(1, 2)).toBeCloseTo(2.157261 + 1.621954, 5); // both rounded to six digits
  expect(facility(1, 0)).toBeCloseTo(2.157261 + 0.1, 6);
});

test('distances to the nearest chosen row', () => {
  const found = subsetCoverageOf(points, [1, 2]);
  expect(found.value).toBeCloseTo((0.1 + 0 + 0 + 0.2) / 4, 12);
  expect(found.parts['largest']).toBeCloseTo(0.2, 12);
  expect(found.parts['reach']).toBeCloseTo(Math.hypot(1, 0.2), 12);
  expect(subsetCoverageOf(points, [1, 2], 2).parts).toMatchObject({ reach: 2, facilityLocation: expect.closeTo(8 - 0.3, 12) });
});

test('a further row never covers less, and all rows cover everything', () => {
  const x = exampleFeatures(9, 2);
  const found = [[0], [0, 3], [0, 3, 7], [...Array(9).keys()]].map((chosen) => subsetCoverageOf(x, chosen));
  for (let i = 1; i < found.length; i++) {
    expect(found[i]!.value).toBeLessThanOrEqual(found[i - 1]!.value);
    expect(found[i]!.parts['facilityLocation']!).toBeGreaterThanOrEqual(found[i - 1]!.parts['facilityLocation']!);
  }
  expect(found.at(-1)!.value).toBe(0);
});

test('all gradients with weight 1 / n are their mean', () => {
  const gradients = exampleFeatures(6, 3);
  const everything = [...Array(6).keys()];
  expect(
    gradientErrorOf(
      gradients,
      everything,
      everything.map(() => 1 / 6),
    ).value,
  ).toBeCloseTo(0, 12);
  expect(gradientErrorOf(gradients, everything).value).toBeCloseTo(0, 12);
});

test('the error is a share of the mean gradient', () => {
  const gradients = rows([2, 0], [0, 2], [1, 1]); // mean (1, 1)
  expect(gradientErrorOf(gradients, [0]).value).toBeCloseTo(1, 12); // (1, 1) less (2, 0)
  expect(gradientErrorOf(gradients, [0], [0.5]).value).toBeCloseTo(1 / Math.SQRT2, 12);
  expect(gradientErrorOf(gradients, []).value).toBeCloseTo(1, 12);
  expect(gradientErrorOf(gradients, [2]).value).toBeCloseTo(0, 12);
});

test('classes chosen in their shares do not diverge', () => {
  expect(classDivergenceOf([0, 0, 1, 1, 0, 0], [0, 1, 2]).value).toBeCloseTo(0, 12);
});

test('a class left out', () => {
  // shares (1/2, 1/2) and (1, 0); their middle is (3/4, 1/4)
  const found = classDivergenceOf([0, 1], [0]);
  expect(found.value).toBeCloseTo((0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25) + Math.log(1 / 0.75)) / 2, 12);
  expect(found.parts).toEqual({ classes: 2, missing: 1 });
  expect(found.value).toBeLessThan(Math.LN2);
});

test.each([
  ['nothing chosen', () => subsetCoverageOf(points, []), 'coverage needs a chosen row'],
  ['rows of NaN', () => subsetCoverageOf(rows([Number.NaN]), [0]), 'features are not all finite numbers within 1e70'],
  ['gradients that cancel', () => gradientErrorOf(rows([1], [-1]), [0]), 'the mean gradient has length 0'],
  ['no gradients', () => gradientErrorOf(features(new Float64Array(0), 0, 2), []), 'the mean gradient has length 0'],
  ['no labels', () => classDivergenceOf([-1, 1], [0]), 'class divergence needs a chosen row with a label'],
])('%s: NaN with a note', (_, measure, note) => {
  expect(measure()).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: [note] });
});

test('a choice that is no row, and weights that do not fit, are errors', () => {
  expect(() => subsetCoverageOf(points, [4])).toThrow('subset: expected chosen rows in [0, 4), got 4');
  expect(() => classDivergenceOf([0], [0.5])).toThrow('expected chosen rows in [0, 1), got 0.5');
  expect(() => gradientErrorOf(points, [0, 1], [1])).toThrow('gradient-error: expected 2 weights, got 1');
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
