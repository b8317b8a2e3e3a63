import type { Graph, Value } from '@viewforge/graph';
import type { Random } from '@viewforge/random';
import { seededWeights } from './seeded-weights.ts';

/** Arrays by name, row-major, with their shapes. */
export type ModelWeights = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;

/** A graph under construction, and the weights that its layers take. */
export interface Layers {
  readonly graph: Graph;
  /** The weights of this name, as a constant. */
  weight(name: string): Value;
}

/** Layers over weights. Throws RangeError when a layer asks for weights that are not there. */
export function layersOf(graph: Graph, weights: ModelWeights): Layers {
  return {
    graph,
    weight(name) {
      const found = weights[name];
      if (found === undefined) throw new RangeError(`layersOf: expected weights "${name}", got none of this name`);
      return graph.constant(found.data, found.shape);
    },
  };
}

/** Weights of a linear map x W + b from `from` to `to` features: `name.weight` [from, to] and `name.bias` [to]. */
export function linearWeights(random: Random, name: string, from: number, to: number): ModelWeights {
  return {
    ...tableWeights(random, `${name}.weight`, [from, to], Math.sqrt(1 / from)),
    ...tableWeights(random, `${name}.bias`, [to], 0.1),
  };
}

/** Weights of a normalization of `width` features: `name.scale` around 1, and `name.shift`. */
export function normWeights(random: Random, name: string, width: number): ModelWeights {
  const { data } = tableWeights(random, `${name}.scale`, [width], 0.1)[`${name}.scale`]!;
  return {
    [`${name}.scale`]: { shape: [width], data: data.map((value) => 1 + value) },
    ...tableWeights(random, `${name}.shift`, [width], 0.1),
  };
}

/** One array of this standard deviation, from a stream of its own. */
export function tableWeights(random: Random, name: string, shape: readonly number[], deviation: number): ModelWeights {
  const count = shape.reduce((product, size) => product * size, 1);
  return { [name]: { shape, data: seededWeights(random.fork(name), count, deviation) } };
}
