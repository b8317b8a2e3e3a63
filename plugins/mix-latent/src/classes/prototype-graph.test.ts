import { restoreState, saveState } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { contentOf, exampleFeatures, firstDifference, stateOf } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import {
  extendPrototypes,
  type PrototypeGraph,
  prototypeNeighbors,
  startPrototypes,
  updatePrototypes,
} from './prototype-graph.ts';

/** Codes on a line: 0, 1, 3 and 7. */
const line = startPrototypes(rows([0], [1], [3], [7]));

test('a graph begins with edges of codes to themselves', () => {
  expect([...values(line.edges)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
});

test('the winner is joined with what is nearest to it, half from each side', () => {
  const before = stateOf(line);
  const after = updatePrototypes(line, rows([2.9]), { neighbors: 1 });
  expect(edgesOf(after, 2)).toEqual([0, 0.5, 1, 0]);
  expect(edgesOf(after, 1)).toEqual([0, 1, 0.5, 0]);
  expect(prototypeNeighbors(after, 2)).toEqual([1, 2]);
  expect(firstDifference(before, stateOf(line))).toBeUndefined();
});

test('15 neighbors of a few codes are all of them', () => {
  const after = updatePrototypes(line, rows([0.1], [1.1], [3.1], [7.1]));
  expect(values(after.edges).every((edge) => edge === 1)).toBe(true);
});

describe('an edge that is not renewed', () => {
  // code 0 wins and renews its edge with 1 alone; that with 3 is there from before, on both sides
  const joined: PrototypeGraph = { ...line, edges: rows([1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]) };
  const after = (times: number) => updatePrototypes(joined, features(new Float64Array(times), times, 1), { neighbors: 1 });

  test('survives ten times, at 0.348678, and goes the eleventh', () => {
    expect(2 * after(10).edges.get(0, 3) - 1).toBeCloseTo(0.348678, 6); // the other half is still 1
    expect(2 * after(11).edges.get(0, 3) - 1).toBe(0);
  });

  test('is weaker by the decay that was asked for', () => {
    expect(updatePrototypes(joined, rows([0]), { neighbors: 1, decay: 0.5 }).edges.get(3, 0)).toBe(0.75);
    expect(updatePrototypes(joined, rows([0]), { neighbors: 1, decay: 0.5, least: 0.6 }).edges.get(3, 0)).toBe(0.5);
  });
});

test('edges are symmetric, in [0, 1], and 1 on the diagonal, whatever comes', () => {
  let graph = startPrototypes(exampleFeatures(20, 3, 1));
  for (let step = 0; step < 5; step++) graph = updatePrototypes(graph, exampleFeatures(30, 3, 10 + step), { neighbors: 3 });
  for (let i = 0; i < 20; i++) {
    expect(graph.edges.get(i, i)).toBe(1);
    for (let j = 0; j < 20; j++) expect(graph.edges.get(i, j)).toBe(graph.edges.get(j, i));
  }
  expect(values(graph.edges).every((edge) => edge >= 0 && edge <= 1)).toBe(true);
  expect(prototypeNeighbors(graph, 0).length).toBeLessThan(20);
});

test('of codes that are the same the lower wins, and is its own neighbor all the same', () => {
  const after = updatePrototypes(startPrototypes(rows([0], [0], [5])), rows([0]), { neighbors: 1 });
  expect(edgesOf(after, 0)).toEqual([1, 0.5, 0]);
  expect(edgesOf(after, 1)).toEqual([0.5, 1, 0]);
});

test('further codes stand behind the old ones, whose edges stay', () => {
  const grown = extendPrototypes(updatePrototypes(line, rows([2.9]), { neighbors: 1 }), rows([9], [11]));
  expect(edgesOf(grown, 1)).toEqual([0, 1, 0.5, 0, 0, 0]);
  expect(edgesOf(grown, 5)).toEqual([0, 0, 0, 0, 0, 1]);
  expect([...values(grown.codes)]).toEqual([0, 1, 3, 7, 9, 11]);
});

test('no rows change nothing, and a graph is saved as it is', () => {
  const after = updatePrototypes(line, features(new Float64Array(0), 0, 1));
  expect(firstDifference(contentOf(line), contentOf(after))).toBeUndefined();
  expect(firstDifference(contentOf(line), contentOf(restoreState(saveState(line))))).toBeUndefined();
});

test('what does not fit is refused', () => {
  expect(() => updatePrototypes(line, rows([1, 2]))).toThrow('expected rows of [n, 1], got [1,2]');
  expect(() => updatePrototypes(line, rows([Number.NaN]))).toThrow('expected finite rows, got NaN in row 0');
  expect(() => updatePrototypes(line, rows([1]), { decay: 0 })).toThrow('got 15, 0 and');
  expect(() => startPrototypes(rows([0], [1], [3]), 2)).toThrow('expected codes per class that divide 3, got 2');
});

function edgesOf(graph: PrototypeGraph, code: number): number[] {
  const m = graph.edges.shape[0]!;
  return Array.from({ length: m }, (_, other) => graph.edges.get(code, other));
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
