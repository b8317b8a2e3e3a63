import { expect, test } from 'vitest';
import { overlapGain, overlapGainOverStrengths } from '../index.ts';

test('a confusion of 0.95 that falls to 0.8 is a gain of 4', () => {
  expect(overlapGain({ initial: 0.95, final: 0.8 })).toEqual({ value: expect.closeTo(4, 12), n: 1, parts: {}, notes: [] });
});

test('no change is a gain of 1', () => {
  expect(overlapGain({ initial: 0.3, final: 0.3 }).value).toBe(1);
});

test('two strengths with a gain of 2 each', () => {
  const changes = [
    { initial: 0.8, final: 0.6 },
    { initial: 0.9, final: 0.8 },
  ];
  for (const by of ['mean', 'min', 'max'] as const) expect(overlapGainOverStrengths(changes, by).value).toBeCloseTo(2, 12);
});

test.each([
  ['mean', 2.5],
  ['min', 1],
  ['max', 4],
] as const)('the %s of gains 1 and 4 is %d', (by, expected) => {
  const changes = [
    { initial: 0.5, final: 0.5 },
    { initial: 1, final: 0.5 },
    { initial: 0.95, final: 0.8 },
  ];
  expect(overlapGainOverStrengths(changes, by)).toEqual({
    value: expect.closeTo(expected, 12),
    n: 2,
    parts: { 'strength-0': 1, 'strength-2': expect.closeTo(4, 12) },
    notes: ['strength 1: before training no view was nearest to one of its own item'],
  });
});

test('without a ratio to compare with there is no gain, and a note', () => {
  expect(overlapGain({ initial: 1, final: 0.5 })).toMatchObject({ value: Number.NaN, n: 0 });
  expect(overlapGain({ initial: 0.5, final: Number.NaN }).notes).toEqual(['confusion ratios are not all in [0, 1]']);
  expect(overlapGainOverStrengths([])).toEqual({ value: Number.NaN, n: 0, parts: {}, notes: ['no strength has a gain'] });
});
