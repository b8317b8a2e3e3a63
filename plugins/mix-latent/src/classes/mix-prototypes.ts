import { ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { type Features, tensor, values } from '@viewforge/tensor';
import { checkLabels, rowBlock } from './class-rows.ts';
import { type PrototypeGraph, prototypeNeighbors } from './prototype-graph.ts';

/** For each row that is made: its code, a neighbor, and how much of the code is in it. */
export type PrototypeDraw = {
  readonly codes: readonly number[];
  readonly neighbors: readonly number[];
  /** In [0.5, 1). */
  readonly weights: readonly number[];
};

/** Rows made of prototypes. */
export interface PrototypeRows {
  /** [count, d] */
  readonly rows: Features;
  /** [count]; the code that each row counts as. */
  readonly labels: Int32Array;
}

/**
 * `count` draws of NAPA-VQ's prototype augmentation: each time a code of `old`, those of earlier tasks, a neighbor of it in the graph, itself
 * included, and a weight in [0.5, 1), in this order. No draws where there is no old code. Throws ViewforgeError (LABEL) for a code that is
 * not in the graph.
 */
export function drawPrototypes(graph: PrototypeGraph, old: readonly number[], count: number, random: Random): PrototypeDraw {
  checkLabels(old, old.length, graph.codes.shape[0]!, 'draw-prototypes');
  const [codes, neighbors, weights]: [number[], number[], number[]] = [[], [], []];
  const lists = new Map<number, number[]>();
  for (let i = 0; i < count && old.length > 0; i++) {
    const code = old[random.integer(0, old.length)]!;
    const near = lists.get(code) ?? prototypeNeighbors(graph, code);
    lists.set(code, near);
    codes.push(code);
    neighbors.push(near[random.integer(0, near.length)]!);
    weights.push(random.uniform(0.5, 1));
  }
  return { codes, neighbors, weights };
}

/**
 * Rows between prototypes and their neighbors, w p_c + (1 - w) p_c', with the label of c: examples of classes whose items are gone. A
 * prototype that is its own neighbor is copied. `prototypes` [m, d] are the codes, or means of the classes. Throws ViewforgeError: SHAPE for
 * lists of different lengths, LABEL for a prototype that is not there.
 */
export function mixPrototypes(prototypes: Features, { codes, neighbors, weights }: PrototypeDraw): PrototypeRows {
  const { data, n: m, d } = rowBlock(prototypes, 'mix-prototypes', 'prototypes');
  const count = codes.length;
  checkLabels(codes, count, m, 'mix-prototypes');
  checkLabels(neighbors, count, m, 'mix-prototypes');
  if (weights.length !== count) {
    throw new ViewforgeError('SHAPE', 'mix-prototypes', `expected ${count} weights, got ${weights.length}`);
  }
  const result = values(prototypes) instanceof Float64Array ? new Float64Array(count * d) : new Float32Array(count * d);
  codes.forEach((code, i) => {
    const weight = neighbors[i] === code ? 1 : weights[i]!;
    for (let e = 0; e < d; e++) {
      result[i * d + e] =
        weight === 1 ? data[code * d + e]! : weight * data[code * d + e]! + (1 - weight) * data[neighbors[i]! * d + e]!;
    }
  });
  return { rows: tensor(result, [count, d]), labels: Int32Array.from(codes) };
}
