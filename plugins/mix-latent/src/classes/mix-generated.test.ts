import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { generatedRatio, generatedWeights, mixGenerated } from './mix-generated.ts';

describe('the share of generated features', () => {
  test.each([
    [0, 0.049787],
    [150, 0.22313],
    [300, 1],
    [400, 1],
  ])('in round %d of 300 is %d (exponential)', (round, expected) => {
    expect(generatedRatio(round, { kind: 'exponential' })).toBeCloseTo(expected, 6);
  });

  test.each([
    [0, 0],
    [100, 0.5],
    [300, 0.75],
  ])('in round %d is %d (inverse)', (round, expected) => {
    expect(generatedRatio(round, { kind: 'inverse' })).toBeCloseTo(expected, 12);
  });

  test('is one half in every round (even), and has rates and rounds of its own', () => {
    expect(generatedRatio(7, { kind: 'even' })).toBe(0.5);
    expect(generatedRatio(8, { kind: 'exponential', rounds: 10, rate: 0.5 })).toBeCloseTo(Math.exp(-1), 12);
    expect(generatedRatio(3, { kind: 'inverse', rate: 1 })).toBe(0.75);
  });

  test('a round below 0 and a rate that is no number are refused', () => {
    expect(() => generatedRatio(-1, { kind: 'even' })).toThrow('expected a round >= 0, got -1');
    expect(() => generatedRatio(1, { kind: 'inverse', rate: Number.NaN })).toThrow('expected a rate >= 0, got NaN');
  });
});

test('losses on generated features weigh at most one half', () => {
  expect(generatedWeights(0.2)).toEqual({ generated: 0.2, real: 0.8 });
  expect(generatedWeights(0.9)).toEqual({ generated: 0.5, real: 0.5 });
});

describe('mixed features', () => {
  const known = { rows: rows([4, 0], [9, 9]), known: Uint8Array.of(1, 0) };

  test('are so much of both, and generated alone where nothing is known', () => {
    const { rows: mixed, ratios, unknown } = mixGenerated(rows([0, 2], [1, 1]), known, 0.25);
    expect([...values(mixed)]).toEqual([3, 0.5, 1, 1]);
    expect([[...ratios], unknown]).toEqual([[0.25, 1], 1]);
  });

  test('gradients reach the generated rows by the share', () => {
    const generated = tensor(Float64Array.from(values(exampleFeatures(2, 2, 1))), [2, 2]);
    const weights = tensor(Float64Array.from(values(exampleFeatures(2, 2, 2))), [2, 2]);
    const value = ([moved]: readonly Features[]) =>
      Float64Array.from(values(mixGenerated(moved!, known, 0.25).rows)).reduce(
        (sum, each, at) => sum + each * values(weights)[at]!,
        0,
      );
    const gradient = mixGenerated(generated, known, 0.25).pullback(weights);
    expect(gradientError(value, [generated], [gradient]).worst).toBeLessThan(1e-8);
  });

  test('a ratio of 1 copies the generated rows, of 0 the known ones', () => {
    const odd = rows([1 / 3, 0.1], [1, 1]);
    expect([...values(mixGenerated(odd, known, 1).rows)]).toEqual([...values(odd)]);
    expect([...values(mixGenerated(odd, known, 0).rows)]).toEqual([4, 0, 1, 1]);
  });

  test('what does not fit is refused; no rows give none', () => {
    expect(() => mixGenerated(rows([1, 2]), known, 0.5)).toThrow('expected known rows of [1,2], got [2,2], 2 of them marked');
    expect(() => mixGenerated(rows([1, 2], [1, 2]), known, 1.1)).toThrow('expected a ratio in [0, 1], got 1.1');
    const nothing = features(new Float32Array(0), 0, 2);
    expect(mixGenerated(nothing, { rows: nothing, known: new Uint8Array(0) }, 0.5).rows.shape).toEqual([0, 2]);
  });
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
