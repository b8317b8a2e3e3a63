import { createGraph, type Value } from '@viewforge/graph';
import { createRandom, type Random } from '@viewforge/random';
import { type Layers, layersOf, linearWeights, type ModelWeights, tableWeights } from './model-weights.ts';
import { linear, tokenAt, transformer, type TransformerShape, transformerWeights } from './transformer-layers.ts';

/** A text transformer's sizes. */
export interface TextTransformerShape extends TransformerShape {
  /** How many different tokens there are. */
  readonly vocabulary: number;
  /** The longest text, in tokens. */
  readonly longest: number;
}

/** A small one: 64 tokens, texts of up to 16, 32 features. */
export const smallTextTransformer: TextTransformerShape = { vocabulary: 64, longest: 16, width: 32, heads: 4, layers: 2 };

/**
 * A text transformer as an ONNX model, with the inputs and outputs of BERT as Hugging Face exports it: `input_ids`, `attention_mask`,
 * `token_type_ids` (0 or 1) and `position_ids`, int64 [n, t] each, to `last_hidden_state` [n, t, width] and `pooler_output` [n, width], the
 * hyperbolic tangent of a linear map of the first token. Tokens that the mask leaves out are not looked at.
 */
export function textTransformerModel(seed: number, shape = smallTextTransformer): Uint8Array {
  const { width } = shape;
  const graph = createGraph({ name: 'text-transformer', doc: `random text transformer, seed ${seed}` });
  const layers = layersOf(graph, textTransformerWeights(seed, shape));
  const [ids, mask, types, positions] = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'].map((name) =>
    graph.input(name, 'int64', ['n', 't']),
  ) as [Value, Value, Value, Value];
  const segments = graph.node('Gather', [layers.weight('segments'), types]);
  const places = graph.node('Gather', [layers.weight('places'), positions]);
  const tokens = textTokens(layers, ids, mask, graph.node('Add', [segments, places]), shape);
  graph.output('last_hidden_state', tokens, 'float32', ['n', 't', width]);
  const pooled = graph.node('Tanh', [linear(layers, tokenAt(layers, tokens, 0), 'pooler')]);
  graph.output('pooler_output', pooled, 'float32', ['n', width]);
  return graph.bytes();
}

/** The weights of that model by name: tables `words`, `places` and `segments`, `pooler`, and those of the layers under `text`. */
export function textTransformerWeights(seed: number, shape = smallTextTransformer): ModelWeights {
  const random = createRandom(seed).fork('text-transformer');
  return {
    ...textWeights(random, shape),
    ...tableWeights(random, 'segments', [2, shape.width], 0.5),
    ...linearWeights(random, 'pooler', shape.width, shape.width),
  };
}

/** The tables of words and places, and the weights of the layers, from a stream. */
export function textWeights(random: Random, shape: TextTransformerShape): ModelWeights {
  return {
    ...tableWeights(random, 'words', [shape.vocabulary, shape.width], 1),
    ...tableWeights(random, 'places', [shape.longest, shape.width], 0.5),
    ...transformerWeights(random, 'text', shape),
  };
}

/** Tokens [n, t, width] of numbers and mask, int64 [n, t]; `added` is added to the words. */
export function textTokens(layers: Layers, ids: Value, mask: Value, added: Value, shape: TextTransformerShape): Value {
  const { graph, weight } = layers;
  const embedded = graph.node('Add', [graph.node('Gather', [weight('words'), ids]), added]);
  const missing = graph.node('Sub', [graph.scalar(1), graph.node('Cast', [mask], { to: 1 })]);
  const bias = graph.node('Mul', [graph.node('Unsqueeze', [missing, graph.whole([1, 2])]), graph.scalar(-1e9)]);
  return transformer(layers, embedded, 'text', shape, bias);
}
