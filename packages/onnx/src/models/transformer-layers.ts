import type { Value } from '@viewforge/graph';
import type { Random } from '@viewforge/random';
import { type Layers, linearWeights, type ModelWeights, normWeights } from './model-weights.ts';

/** How large a transformer is. */
export interface TransformerShape {
  /** Width d of tokens; a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/** Added to the variance of a normalization. */
const normEpsilon = 1e-5;

/** Weights of the layers and of the normalization after them, under `prefix`. */
export function transformerWeights(random: Random, prefix: string, { width, layers }: TransformerShape): ModelWeights {
  let weights: ModelWeights = normWeights(random, `${prefix}.norm`, width);
  for (let layer = 0; layer < layers; layer++) {
    const name = `${prefix}.${layer}`;
    weights = {
      ...weights,
      ...normWeights(random, `${name}.before`, width),
      ...linearWeights(random, `${name}.query`, width, width),
      ...linearWeights(random, `${name}.key`, width, width),
      ...linearWeights(random, `${name}.value`, width, width),
      ...linearWeights(random, `${name}.out`, width, width),
      ...normWeights(random, `${name}.between`, width),
      ...linearWeights(random, `${name}.up`, width, 4 * width),
      ...linearWeights(random, `${name}.down`, 4 * width, width),
    };
  }
  return weights;
}

/**
 * Tokens [n, t, d] after all layers and the normalization behind them: x + attention(norm(x)), then x + mlp(norm(x)) with 4 d hidden units and
 * a Gaussian rectifier (Dosovitskiy et al., https://arxiv.org/abs/2010.11929). `bias` [n, 1, 1, t] is added to the scores of every query.
 */
export function transformer(layers: Layers, x: Value, prefix: string, shape: TransformerShape, bias?: Value): Value {
  const { graph } = layers;
  let tokens = x;
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = `${prefix}.${layer}`;
    const attended = attention(layers, norm(layers, tokens, `${name}.before`), name, shape, bias);
    tokens = graph.node('Add', [tokens, attended]);
    const up = gaussianRectifier(layers, linear(layers, norm(layers, tokens, `${name}.between`), `${name}.up`));
    tokens = graph.node('Add', [tokens, linear(layers, up, `${name}.down`)]);
  }
  return norm(layers, tokens, `${prefix}.norm`);
}

/** x W + b over the last axis. */
export function linear({ graph, weight }: Layers, x: Value, name: string): Value {
  return graph.node('Add', [graph.node('MatMul', [x, weight(`${name}.weight`)]), weight(`${name}.bias`)]);
}

/** Tokens brought to mean 0 and variance 1, then scaled and shifted. */
export function norm({ graph, weight }: Layers, x: Value, name: string): Value {
  const inputs = [x, weight(`${name}.scale`), weight(`${name}.shift`)];
  return graph.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: normEpsilon } });
}

/** One token of every item, [n, d]. */
export function tokenAt({ graph }: Layers, tokens: Value, place: number): Value {
  return graph.node('Flatten', [graph.node('Gather', [tokens, graph.whole([place])], { axis: 1 })], { axis: 1 });
}

/** softmax(q k' / sqrt(d / heads) + bias) v for every head, side by side, and a linear map of them. */
function attention(layers: Layers, x: Value, name: string, { width, heads }: TransformerShape, bias?: Value): Value {
  const { graph } = layers;
  const split = (part: string, perm: readonly number[]) => {
    const apart = graph.node('Reshape', [linear(layers, x, `${name}.${part}`), graph.whole([0, 0, heads, width / heads])]);
    return graph.node('Transpose', [apart], { perm });
  };
  const products = graph.node('MatMul', [split('query', [0, 2, 1, 3]), split('key', [0, 2, 3, 1])]);
  const scores = graph.node('Mul', [products, graph.scalar(Math.sqrt(heads / width))]);
  const shares = graph.node('Softmax', [bias ? graph.node('Add', [scores, bias]) : scores], { axis: -1 });
  const mixed = graph.node('Transpose', [graph.node('MatMul', [shares, split('value', [0, 2, 1, 3])])], { perm: [0, 2, 1, 3] });
  return linear(layers, graph.node('Reshape', [mixed, graph.whole([0, 0, width])]), `${name}.out`);
}

/** x Phi(x), Phi the normal distribution. */
function gaussianRectifier({ graph }: Layers, x: Value): Value {
  const error = graph.node('Erf', [graph.node('Mul', [x, graph.scalar(Math.SQRT1_2)])]);
  const share = graph.node('Mul', [graph.node('Add', [error, graph.scalar(1)]), graph.scalar(0.5)]);
  return graph.node('Mul', [x, share]);
}
