import { createGraph, type Value } from '@viewforge/graph';
import { createRandom, type Random } from '@viewforge/random';
import { type Layers, layersOf, type ModelWeights, tableWeights } from './model-weights.ts';
import { tokenAt, transformer, type TransformerShape, transformerWeights } from './transformer-layers.ts';

/** A vision transformer's sizes. */
export interface VisionTransformerShape extends TransformerShape {
  /** Side of the images in pixels; a multiple of `patch`. */
  readonly size: number;
  /** Side of a patch in pixels. */
  readonly patch: number;
}

/** A small one: 32 pixels, 16 patches and the class token, 32 features. */
export const smallVisionTransformer: VisionTransformerShape = { size: 32, patch: 8, width: 32, heads: 4, layers: 2 };

/**
 * A vision transformer as an ONNX model, with the inputs and outputs that Hugging Face exports: `pixel_values` float32 [n, 3, size, size]
 * to `last_hidden_state` [n, 1 + patches, width], class token first, then patches row by row, and `pooler_output` [n, width], the class token.
 */
export function visionTransformerModel(seed: number, shape = smallVisionTransformer): Uint8Array {
  const { size, width } = shape;
  const graph = createGraph({ name: 'vision-transformer', doc: `random vision transformer, seed ${seed}` });
  const layers = layersOf(graph, visionTransformerWeights(seed, shape));
  const tokens = visionTokens(layers, graph.input('pixel_values', 'float32', ['n', 3, size, size]), shape);
  graph.output('last_hidden_state', tokens, 'float32', ['n', 1 + patchesOf(shape), width]);
  graph.output('pooler_output', tokenAt(layers, tokens, 0), 'float32', ['n', width]);
  return graph.bytes();
}

/**
 * The weights of that model by name: `patches.weight` [3 patch^2, width] of a patch's numbers [3, patch, patch], `class` and `positions`,
 * and those of the layers under `vision`.
 */
export function visionTransformerWeights(seed: number, shape = smallVisionTransformer): ModelWeights {
  return visionWeights(createRandom(seed).fork('vision-transformer'), shape);
}

/** The same, from a stream. */
export function visionWeights(random: Random, shape: VisionTransformerShape): ModelWeights {
  const { patch, width } = shape;
  return {
    ...tableWeights(random, 'patches.weight', [3 * patch * patch, width], Math.sqrt(1 / (3 * patch * patch))),
    ...tableWeights(random, 'class', [1, 1, width], 1),
    ...tableWeights(random, 'positions', [1, 1 + patchesOf(shape), width], 0.5),
    ...transformerWeights(random, 'vision', shape),
  };
}

/** Tokens [n, 1 + patches, width] of images [n, 3, size, size]. */
export function visionTokens(layers: Layers, pixels: Value, shape: VisionTransformerShape): Value {
  const { graph, weight } = layers;
  const { patch, width, size } = shape;
  const side = size / patch;
  // [n, 3, rows, patch, columns, patch] to [n, rows, columns, 3, patch, patch]: a patch's numbers side by side
  const apart = graph.node('Reshape', [pixels, graph.whole([0, 3, side, patch, side, patch])]);
  const patches = graph.node('Transpose', [apart], { perm: [0, 2, 4, 1, 3, 5] });
  const flat = graph.node('Reshape', [patches, graph.whole([0, side * side, 3 * patch * patch])]);
  const embedded = graph.node('MatMul', [flat, weight('patches.weight')]);
  const n = graph.node('Shape', [pixels], { start: 0, end: 1 });
  const first = graph.node('Expand', [weight('class'), graph.node('Concat', [n, graph.whole([1, width])], { axis: 0 })]);
  const tokens = graph.node('Add', [graph.node('Concat', [first, embedded], { axis: 1 }), weight('positions')]);
  return transformer(layers, tokens, 'vision', shape);
}

function patchesOf({ size, patch }: VisionTransformerShape): number {
  return (size / patch) ** 2;
}
