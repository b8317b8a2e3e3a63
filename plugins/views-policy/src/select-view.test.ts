import { createRandom } from '@viewforge/random';
import { describe, expect, test } from 'vitest';
import { drawView, type SelectionRule, selectView, softmaxShares } from './select-view.ts';

const scores = [0.4, 0.9, 0.1, 0.9, 0.6];

test.each<[string, SelectionRule, number]>([
  ['the largest, and of equal ones the first', { rule: 'worst' }, 1],
  ['the largest up to a cap', { rule: 'hardest-within', cap: 0.7 }, 4],
  ['the largest up to a cap that is one of them', { rule: 'hardest-within', cap: 0.6 }, 4],
  ['the nearest to a cap below all', { rule: 'hardest-within', cap: 0.05 }, 2],
  ['the closest within a range', { rule: 'closest', range: [0.3, 0.8] }, 4],
  ['the farthest within a range', { rule: 'farthest', range: [0.3, 0.8] }, 0],
  ['the farthest of all', { rule: 'farthest', range: [0, 1] }, 2],
  ['the nearest to a range that holds none', { rule: 'farthest', range: [0.7, 0.75] }, 4],
  ['the closest of equal distances to a range that holds none', { rule: 'closest', range: [0.5, 0.5] }, 4],
])('%s', (_, rule, expected) => {
  expect(selectView(scores, rule)).toBe(expected);
});

test.each<SelectionRule>([
  { rule: 'worst' },
  { rule: 'hardest-within', cap: -1 },
  { rule: 'closest', range: [0, 1] },
  { rule: 'farthest', range: [5, 6] },
])('of one candidate, $rule chooses that one', (rule) => {
  expect(selectView([3], rule)).toBe(0);
});

test('NaN is never chosen where there is a number, and candidate 0 where there is none', () => {
  expect(selectView([Number.NaN, -5, Number.NaN, -7], { rule: 'worst' })).toBe(1);
  expect(selectView([Number.NaN, -5, Number.NaN, -7], { rule: 'farthest', range: [-9, 0] })).toBe(3);
  expect(selectView([Number.NaN, Number.NaN], { rule: 'worst' })).toBe(0);
});

test('a score without end is the largest, or the smallest, and counts as outside of any bound', () => {
  const [most, least] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(selectView([1, most], { rule: 'worst' })).toBe(1);
  expect(selectView([most, 1], { rule: 'worst' })).toBe(0);
  expect(selectView([least, 1], { rule: 'worst' })).toBe(1);
  expect(selectView([most, 1, least], { rule: 'hardest-within', cap: 2 })).toBe(1);
  expect(selectView([most, 5, least], { rule: 'farthest', range: [0, 1] })).toBe(1);
});

test('no candidate is refused', () => {
  expect(() => selectView([], { rule: 'worst' })).toThrow(/at least one candidate/);
  expect(() => softmaxShares([], 1)).toThrow(/at least one candidate/);
});

describe('drawing by softmax', () => {
  test('scores 1, 2, 4 at temperature 2 have shares 0.140244, 0.231224, 0.628532', () => {
    const shares = softmaxShares([1, 2, 4], 2);
    [0.140244, 0.231224, 0.628532].forEach((share, i) => {
      expect(shares[i]).toBeCloseTo(share, 6);
    });
  });

  test('candidates are drawn as often as their shares say', () => {
    const counts = [0, 0, 0];
    const random = createRandom('select');
    for (let i = 0; i < 10_000; i++) counts[drawView([1, 2, 4], 2, random)]!++;
    [0.140244, 0.231224, 0.628532].forEach((share, i) => {
      expect(Math.abs(counts[i]! - 10_000 * share)).toBeLessThan(3 * Math.sqrt(10_000 * share * (1 - share)));
    });
  });

  test('the colder, the more surely the largest; large scores do not overflow', () => {
    expect(softmaxShares([1, 2, 4], 1e-3)).toEqual([0, 0, 1]);
    expect(softmaxShares([1e6, 0], 1)).toEqual([1, 0]);
  });

  test('NaN has no share, and candidate 0 has all of it where every score is NaN', () => {
    expect(softmaxShares([Number.NaN, 3], 1)).toEqual([0, 1]);
    expect(softmaxShares([Number.NaN, Number.NaN], 1)).toEqual([1, 0]);
    expect(drawView([Number.NaN, 3, Number.NaN], 1, createRandom(1))).toBe(1);
  });

  test('scores without end share everything', () => {
    const most = Number.POSITIVE_INFINITY;
    expect(softmaxShares([most, 3, most, Number.NaN], 1)).toEqual([0.5, 0, 0.5, 0]);
    expect(softmaxShares([-most, 3], 1)).toEqual([0, 1]);
  });

  test.each([0, -1, Number.NaN])('a temperature of %d is refused', (temperature) => {
    expect(() => softmaxShares([1], temperature)).toThrow(/a temperature above 0/);
  });
});
