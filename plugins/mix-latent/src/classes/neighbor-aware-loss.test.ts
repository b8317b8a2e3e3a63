import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { nearness, neighborAwareLoss } from './neighbor-aware-loss.ts';
import { type PrototypeGraph, startPrototypes } from './prototype-graph.ts';

const codes = rows([0, 0], [2, 0], [1, 3]);
const joined = all(startPrototypes(codes));

test('the worked example: weights 0.502 and 0.498, a margin of -3.984, so 0', () => {
  expect(nearness([1, 9])).toEqual([expect.closeTo(0.502, 3), expect.closeTo(0.498, 3)]);
  const { value, gradients } = neighborAwareLoss(joined, rows([1, 0]), Int32Array.of(0));
  expect(value).toBe(0);
  expect([...values(gradients.rows), ...values(gradients.codes)].every((slope) => slope === 0)).toBe(true);
  // from the other side: 9 - (1 + 1) / 2 for a row of class 2
  expect(neighborAwareLoss(joined, rows([1, 0]), Int32Array.of(2)).value).toBeCloseTo(8, 12);
});

test('the gradient is the one that is said, and what rows get codes give', () => {
  const { gradients } = neighborAwareLoss(joined, rows([1, 0]), Int32Array.of(2));
  // 2 (x - c_2) - (x - c_0) - (x - c_1)
  expect([...values(gradients.rows)]).toEqual([expect.closeTo(0, 12), expect.closeTo(-6, 12)]);
  expect([...values(gradients.codes)]).toEqual([1, 0, -1, 0, 0, 6].map((each) => expect.closeTo(each, 12)));
});

describe('gradients', () => {
  const graph = all(startPrototypes(doubles(exampleFeatures(5, 3, 1))));
  const given = doubles(exampleFeatures(6, 3, 2));
  const own = Int32Array.of(0, 1, 2, 3, 4, 0);

  test('agree with central differences of the loss with its weights held', () => {
    const { value, gradients } = neighborAwareLoss(graph, given, own);
    const held = ([moved, code]: readonly Features[]) => heldLoss({ ...graph, codes: code! }, moved!, own, graph, given);
    expect(held([given, graph.codes])).toBeCloseTo(value, 12);
    expect(value).toBeGreaterThan(0.1);
    expect(gradientError(held, [given, graph.codes], [gradients.rows, gradients.codes]).worst).toBeLessThan(1e-7);
  });

  test('are in the element type of what they are of', () => {
    const narrow = neighborAwareLoss({ ...graph, codes: exampleFeatures(5, 3, 1) }, exampleFeatures(6, 3, 2), own).gradients;
    expect([narrow.rows.data, narrow.codes.data].every((data) => data instanceof Float32Array)).toBe(true);
  });
});

test('a code without neighbors, or with those of its own class alone, is worth 0', () => {
  expect(neighborAwareLoss(startPrototypes(codes), rows([9, 9]), Int32Array.of(0)).perRow).toEqual(Float64Array.of(0));
  const turned = all(startPrototypes(rows([0, 0], [2, 0], [1, 3], [4, 4]), 2));
  const { perRow } = neighborAwareLoss(turned, rows([2, 0]), Int32Array.of(0));
  // code 1 at distance 0 is another rotation of class 0: only 2 and 3 are rivals
  expect(perRow[0]).toBe(0);
  expect(neighborAwareLoss(turned, rows([4, 4]), Int32Array.of(0)).perRow[0]).toBeCloseTo(32 - nearness([10, 0])[0]! * 10, 12);
});

test('the mean is over all rows, also those that are worth 0; no rows are worth 0', () => {
  expect(neighborAwareLoss(joined, rows([1, 0], [1, 0]), Int32Array.of(0, 2)).value).toBeCloseTo(4, 12);
  expect(neighborAwareLoss(joined, features(new Float64Array(0), 0, 2), new Int32Array(0)).value).toBe(0);
});

test('weights of far neighbors are numbers', () => {
  expect(nearness([1e7, 2e7])).toEqual([1, 0]);
  expect(nearness([])).toEqual([]);
});

test('what does not fit is refused', () => {
  expect(() => neighborAwareLoss(joined, rows([1]), Int32Array.of(0))).toThrow('expected rows of [n, 2], got [1,1]');
  expect(() => neighborAwareLoss(joined, rows([1, 2]), Int32Array.of(3))).toThrow('expected classes from 0 to 2, got 3');
  expect(() => neighborAwareLoss(joined, rows([1, Number.POSITIVE_INFINITY]), Int32Array.of(0))).toThrow('got Infinity in row 0');
});

/** The definition, with weights as they are at another place. */
function heldLoss(graph: PrototypeGraph, rows: Features, own: Int32Array, at: PrototypeGraph, atRows: Features): number {
  const distance = (x: Features, c: Features, i: number, j: number) =>
    Array.from({ length: x.shape[1]! }, (_, e) => (x.get(i, e) - c.get(j, e)) ** 2).reduce((sum, each) => sum + each, 0);
  const terms = [...own].map((code, i) => {
    const others = [...Array(graph.codes.shape[0]!).keys()].filter((j) => j !== code);
    const weights = nearness(others.map((j) => distance(atRows, at.codes, i, j)));
    return Math.max(
      0,
      others.reduce((sum, j, k) => sum - weights[k]! * distance(rows, graph.codes, i, j), distance(rows, graph.codes, i, code)),
    );
  });
  return terms.reduce((sum, each) => sum + each, 0) / terms.length;
}

/** The graph with every edge there is. */
function all(graph: PrototypeGraph): PrototypeGraph {
  return { ...graph, edges: tensor(values(graph.edges).map(() => 1) as Float64Array, graph.edges.shape) };
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(of: Features): Features {
  return tensor(Float64Array.from(values(of)), of.shape);
}
