import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { drawPrototypes, mixPrototypes } from './mix-prototypes.ts';
import { startPrototypes, updatePrototypes } from './prototype-graph.ts';

const codes = rows([0, 0], [2, 0], [1.5, 3], [50, 50]);
/** 0 and 1 are neighbors; 2 has one with 1. */
const graph = updatePrototypes(startPrototypes(codes), rows([0.1, 0], [1.5, 2.9]), { neighbors: 1 });

test('a row is so much of its code and the rest of the neighbor', () => {
  const made = mixPrototypes(codes, { codes: [1, 0], neighbors: [2, 1], weights: [0.75, 0.5] });
  expect([...values(made.rows)]).toEqual([1.875, 0.75, 1, 0]);
  expect([...made.labels]).toEqual([1, 0]);
});

test('a code that is its own neighbor is copied to the bit', () => {
  const odd = rows([0.1, 1 / 3]);
  expect(values(mixPrototypes(odd, { codes: [0], neighbors: [0], weights: [0.7] }).rows)).toEqual(values(odd));
});

test('draws are old codes, their neighbors or themselves, and weights from one half on, each as likely', () => {
  const drawn = drawPrototypes(graph, [0, 3], 4000, createRandom(1));
  expect(new Set(drawn.codes)).toEqual(new Set([0, 3]));
  drawn.codes.forEach((code, i) => {
    expect(code === 0 ? [0, 1] : [3]).toContain(drawn.neighbors[i]);
    expect(drawn.weights[i]! >= 0.5 && drawn.weights[i]! < 1).toBe(true);
  });
  const share = (is: (i: number) => boolean) => drawn.codes.filter((_, i) => is(i)).length / 4000;
  expect(Math.abs(share((i) => drawn.codes[i] === 0) - 0.5)).toBeLessThan(0.04); // five deviations of 4000 coins
  expect(Math.abs(share((i) => drawn.neighbors[i] === 1) - 0.25)).toBeLessThan(0.035);
  expect(drawn.weights.reduce((sum, each) => sum + each, 0) / 4000).toBeCloseTo(0.75, 1);
});

test('a code, then a neighbor, then a weight are drawn for one row after the other', () => {
  const random = createRandom(5);
  const code = [0, 3][random.integer(0, 2)]!;
  const near = code === 0 ? [0, 1] : [3];
  const expected = { codes: [code], neighbors: [near[random.integer(0, near.length)]!], weights: [random.uniform(0.5, 1)] };
  expect(drawPrototypes(graph, [0, 3], 1, createRandom(5))).toEqual(expected);
  const two = drawPrototypes(graph, [0, 3], 2, createRandom(5));
  expect([two.codes[0], two.neighbors[0], two.weights[0]]).toEqual([code, expected.neighbors[0], expected.weights[0]]);
});

test('no old code, no rows', () => {
  const drawn = drawPrototypes(graph, [], 5, createRandom(1));
  expect(mixPrototypes(codes, drawn).rows.shape).toEqual([0, 2]);
});

test('codes that are not there, and lists of other lengths, are refused', () => {
  expect(() => drawPrototypes(graph, [4], 1, createRandom(1))).toThrow('expected classes from 0 to 3, got 4');
  expect(() => mixPrototypes(codes, { codes: [0], neighbors: [4], weights: [0.5] })).toThrow(
    'expected classes from 0 to 3, got 4',
  );
  expect(() => mixPrototypes(codes, { codes: [0], neighbors: [1], weights: [] })).toThrow('expected 1 weights, got 0');
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
