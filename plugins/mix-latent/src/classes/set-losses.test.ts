import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { combineRows } from './combine-rows.ts';
import { labelSets } from './label-sets.ts';
import { agreementLoss, labelSetLoss, type PairScores, setClassification, setTautologies } from './set-losses.ts';

describe('labelSetLoss', () => {
  test('is the cross entropy of a sigmoid, by hand', () => {
    const { value, gradient } = labelSetLoss(rows([0, Math.log(3)]), Uint8Array.of(1, 0));
    expect(value).toBeCloseTo((Math.LN2 + Math.log(4)) / 2, 12); // -ln 1/2 and -ln 1/4
    expect([...values(gradient)]).toEqual([expect.closeTo(-0.25, 12), expect.closeTo(0.375, 12)]);
  });

  test('gradients agree with central differences', () => {
    const scores = doubles(exampleFeatures(4, 3, 1));
    const sets = labelSets([[0], [], [1, 2], [0, 2]], 3);
    expect(
      gradientError(([moved]) => labelSetLoss(moved!, sets).value, [scores], [labelSetLoss(scores, sets).gradient]).worst,
    ).toBeLessThan(1e-8);
  });

  test('is finite for scores that are sure, and 0 of nothing', () => {
    expect(labelSetLoss(rows([1e4, -1e4]), Uint8Array.of(1, 0)).value).toBe(0);
    expect(labelSetLoss(rows([1e4]), Uint8Array.of(0)).value).toBe(1e4);
    expect(labelSetLoss(features(new Float64Array(0), 0, 3), new Uint8Array(0)).value).toBe(0);
  });

  test('refuses sets of another size, marks that are none and scores with NaN', () => {
    expect(() => labelSetLoss(rows([1, 2]), Uint8Array.of(1))).toThrow('expected sets of [1,2], got 1 marks');
    expect(() => labelSetLoss(rows([1, 2]), Uint8Array.of(1, 3))).toThrow('expected marks of 0 and 1, got 3');
    expect(() => labelSetLoss(rows([Number.NaN]), Uint8Array.of(1))).toThrow('expected finite scores');
  });
});

describe('agreementLoss', () => {
  test('is the mean of squares, with gradients to both sides', () => {
    const { value, gradients } = agreementLoss(rows([1, 2]), rows([0, 4]));
    expect(value).toBe(2.5);
    expect([[...values(gradients.left)], [...values(gradients.right)]]).toEqual([
      [1, -2],
      [-1, 2],
    ]);
    const inputs = [1, 2].map((seed) => doubles(exampleFeatures(3, 2, seed)));
    const found = agreementLoss(inputs[0]!, inputs[1]!).gradients;
    expect(gradientError(([a, b]) => agreementLoss(a!, b!).value, inputs, [found.left, found.right]).worst).toBeLessThan(1e-8);
  });

  test('refuses rows of another number', () => {
    expect(() => agreementLoss(rows([1]), rows([1], [2]))).toThrow('expected rows of [1,1], got [2,1]');
  });
});

test('closed forms do not mind the order and put items together again; subtracting twice they do not', async () => {
  const operation = (which: 'subtract' | 'intersect' | 'unite') => (a: Features, b: Features) => combineRows(a, b, which).rows;
  const operations = { subtract: operation('subtract'), intersect: operation('intersect'), unite: operation('unite') };
  const found = await setTautologies(operations, rows([1, 0, 2]), rows([0.5, 1, 2]));
  const values = Object.fromEntries(found.map(({ name, left, right }) => [name, agreementLoss(left, right).value]));
  expect(values).toEqual({
    'symmetric-intersect': 0,
    'symmetric-unite': 0,
    'subtracted-twice': 0.25 / 3, // (0, 0, 0) instead of (0.5, 0, 0)
    'put-together': 0,
  });
});

test('the classification loss is the sum of six, and each score has its gradient', () => {
  const names = ['a', 'b', 'aWithoutB', 'bWithoutA', 'both', 'either'] as const;
  const inputs = names.map((_, seed) => doubles(exampleFeatures(2, 4, seed)));
  const scores = (of: readonly Features[]) => Object.fromEntries(names.map((name, i) => [name, of[i]!])) as unknown as PairScores;
  const [a, b] = [labelSets([[0, 2], [1]], 4), labelSets([[2, 3], []], 4)];
  const { value, parts, gradients } = setClassification(scores(inputs), a, b);
  const expected = [
    [[0, 2], [1]],
    [[2, 3], []],
    [[0], [1]],
    [[3], []],
    [[2], []],
    [[0, 2, 3], [1]],
  ];
  names.forEach((name, i) => {
    expect(parts[name]).toBeCloseTo(labelSetLoss(inputs[i]!, labelSets(expected[i]!, 4)).value, 12);
  });
  expect(value).toBeCloseTo(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    12,
  );
  const error = gradientError(
    (moved) => setClassification(scores(moved), a, b).value,
    inputs,
    names.map((name) => gradients[name]),
  );
  expect(error.worst).toBeLessThan(1e-8);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(of: Features): Features {
  return tensor(Float64Array.from(values(of)), of.shape);
}
