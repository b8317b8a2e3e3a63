import { type Features, features, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, firstDifference, gradientError, stateOf } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import type { ClassifiedReport, ClassifiedRows } from './augmented-cross-entropy.ts';
import { implicitAugmentation } from './implicit-augmentation.ts';
import { isdaLoss } from './isda-loss.ts';

const covariance = rows([0.5, 0.1], [0.1, 0.2]);
const worked: ClassifiedRows = {
  rows: rows([0.4, 0.3]),
  weights: rows([1, 0], [0, 1], [-1, -1]),
  labels: Int32Array.of(0),
  covariances: [covariance, covariance, covariance],
};

/** Five rows of four classes, one of them without covariance, with a bias. */
const example: ClassifiedRows = {
  rows: doubles(exampleFeatures(5, 3, 1)),
  weights: doubles(exampleFeatures(4, 3, 2)),
  bias: tensor(Float64Array.of(0.1, -0.4, 0.2, 0.3), [4]),
  labels: Int32Array.of(0, 3, 1, 3, 2),
  covariances: [spread(3), spread(4), tensor(new Float64Array(9), [3, 3]), spread(5)],
};

describe('the worked example', () => {
  test('ISDA raises a cross entropy of 0.805452 to 0.979432', () => {
    expect(isdaLoss(worked, { strength: 0 }).value).toBeCloseTo(0.805452, 6);
    expect(isdaLoss(worked, { strength: 0.5 }).value).toBeCloseTo(0.979432, 6);
  });

  test('implicit augmentation is worth 15.09871', () => {
    expect(implicitAugmentation(worked, { strength: 2 }).value).toBeCloseTo(15.09871, 5);
  });

  test('a diagonal is a matrix of nothing else', () => {
    const diagonal = tensor(Float64Array.of(0.5, 0.2), [2]);
    const full = rows([0.5, 0], [0, 0.2]);
    const value = (each: Tensor) => isdaLoss({ ...worked, covariances: [each, each, each] }, { strength: 1 }).value;
    expect(value(diagonal)).toBeCloseTo(value(full), 12);
  });
});

const losses = [
  ['isda-loss', isdaLoss],
  ['implicit-augmentation', implicitAugmentation],
] as const;

describe.each(losses)('%s', (name, loss) => {
  test('agrees with terms written out, and the input stays as it was', () => {
    const before = stateOf(example);
    const { perRow, value } = loss(example, { strength: 0.7 });
    expect(firstDifference(before, stateOf(example))).toBeUndefined();
    const expected = Array.from({ length: 5 }, (_, row) => writtenOut(example, row, 0.7, name === 'isda-loss'));
    expected.forEach((each, row) => {
      expect(perRow[row]).toBeCloseTo(each, 10);
    });
    expect(value).toBeCloseTo(expected.reduce((sum, each) => sum + each, 0) / 5, 10);
  });

  test('gradients agree with central differences', () => {
    const inputs = [example.rows, example.weights, example.bias!];
    const at = ([moved, weights, bias]: readonly Tensor[]): ClassifiedReport =>
      loss({ ...example, rows: moved!, weights: weights!, bias: bias! }, { strength: 0.7 });
    const { gradients } = at(inputs);
    const error = gradientError((moved) => at(moved).value, inputs, [gradients.rows, gradients.weights, gradients.bias]);
    expect(error.worst).toBeLessThan(1e-7);
  });

  test('grows with the strength and is finite for large logits', () => {
    const found = [0, 0.5, 1, 4].map((strength) => loss(example, { strength }).value);
    expect([...found].sort((a, b) => a - b)).toEqual(found);
    const far = { ...example, rows: tensor(values(example.rows).map((each) => each * 1e4) as Float64Array, [5, 3]) };
    expect(Number.isFinite(loss(far, { strength: 1 }).value)).toBe(true);
  });

  test('gradients have the element type of what they are of; no bias, no gradient of it; no rows, 0', () => {
    const { bias: _, ...narrow } = { ...example, rows: exampleFeatures(5, 3, 1), weights: exampleFeatures(4, 3, 2) };
    const { gradients } = loss(narrow, { strength: 1 });
    expect(gradients.rows.data).toBeInstanceOf(Float32Array);
    expect(gradients.weights.data).toBeInstanceOf(Float32Array);
    expect(gradients.bias).toBeUndefined();
    const nothing = { ...example, rows: features(new Float64Array(0), 0, 3), labels: new Int32Array(0) };
    expect(loss(nothing, { strength: 1 }).value).toBe(0);
  });

  test.each([
    ['a strength below 0', { ...example }, -1, 'expected a strength >= 0, got -1'],
    ['too few covariances', { ...example, covariances: [spread(1)] }, 1, 'expected 4 covariances, one a class, got 1'],
    ['a covariance of another width', { ...example, covariances: Array(4).fill(covariance) }, 1, 'got [2,2] for class 0'],
    ['a bias of another size', { ...example, bias: tensor(new Float64Array(3), [3]) }, 1, 'expected a bias of [4], got [3]'],
    ['a class that is not there', { ...example, labels: Int32Array.of(0, 4, 1, 3, 2) }, 1, 'got 4 in row 1'],
    [
      'rows with NaN',
      { ...example, rows: rows(...Array(5).fill([0, Number.NaN, 0])) },
      1,
      'expected finite rows, got NaN in row 0',
    ],
  ] as const)('%s is refused', (_, wrong, strength, message) => {
    expect(() => loss(wrong, { strength })).toThrow(`${name}: `);
    expect(() => loss(wrong, { strength })).toThrow(message);
  });
});

test('without covariance ISDA is the plain cross entropy, whatever the strength', () => {
  const flat = { ...example, covariances: Array(4).fill(tensor(new Float64Array(9), [3, 3])) };
  expect(isdaLoss(flat, { strength: 5 }).value).toBeCloseTo(isdaLoss(example, { strength: 0 }).value, 12);
});

/** The definition, without anything shared between rows. */
function writtenOut(
  { rows: z, weights, bias, labels, covariances }: ClassifiedRows,
  row: number,
  strength: number,
  own: boolean,
) {
  const [classes, d] = weights.shape as [number, number];
  const c = covariances[labels[row]!]!;
  const term = (i: number): number => {
    const logits = Array.from({ length: classes }, (_, j) => {
      let logit = values(bias!)[j]!;
      for (let e = 0; e < d; e++) {
        logit += weights.get(j, e) * z.get(row, e);
        for (let f = 0; f < d; f++) {
          const [left, right] = [weights.get(j, e) - weights.get(i, e), weights.get(j, f) - weights.get(i, f)];
          logit += (strength / 2) * left * c.get(e, f) * right;
        }
      }
      return logit;
    });
    return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[i]!;
  };
  return own ? term(labels[row]!) : [...Array(classes).keys()].reduce((sum, i) => sum + 2 * term(i), 0);
}

/** A covariance [3, 3] without negative directions. */
function spread(seed: number): Tensor {
  const of = exampleFeatures(4, 3, seed);
  const data = new Float64Array(9);
  for (let row = 0; row < 4; row++)
    for (let e = 0; e < 9; e++) data[e] = data[e]! + of.get(row, Math.floor(e / 3)) * of.get(row, e % 3);
  return tensor(data, [3, 3]);
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(of: Features): Features {
  return tensor(Float64Array.from(values(of)), of.shape);
}

test('covariances with NaN are refused', () => {
  const [row, weights] = [features(Float64Array.of(1, 2), 1, 2), features(Float64Array.of(1, 0, 0, 1), 2, 2)];
  const covariances = [tensor(new Float64Array(4), [2, 2]), tensor(Float64Array.of(1, Number.NaN), [2])];
  const given = { rows: row, weights, labels: Int32Array.of(0), covariances };
  expect(() => isdaLoss(given, { strength: 1 })).toThrow(
    'isda-loss: expected finite covariances, got one for class 1 that is not',
  );
});
