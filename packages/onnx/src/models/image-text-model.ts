import { createGraph, type Value } from '@viewforge/graph';
import { createRandom } from '@viewforge/random';
import { type Layers, layersOf, type ModelWeights, tableWeights } from './model-weights.ts';
import { smallTextTransformer, type TextTransformerShape, textTokens, textWeights } from './text-transformer-model.ts';
import { tokenAt } from './transformer-layers.ts';
import { smallVisionTransformer, type VisionTransformerShape, visionTokens, visionWeights } from './vision-transformer-model.ts';

/** The sizes of a model of images and texts. */
export interface ImageTextShape {
  readonly image: VisionTransformerShape;
  readonly text: TextTransformerShape;
  /** Width of the space that both are projected to. */
  readonly projection: number;
}

/** A small one, 24 features. */
export const smallImageText: ImageTextShape = { image: smallVisionTransformer, text: smallTextTransformer, projection: 24 };

/**
 * Two encoders with a common space as one ONNX model (Radford et al., https://arxiv.org/abs/2103.00020), with the inputs and outputs of CLIP
 * as Hugging Face exports it: `input_ids` int64 [texts, t], `pixel_values` float32 [images, 3, size, size] and `attention_mask`
 * int64 [texts, t] to unit rows `text_embeds` [texts, d] and `image_embeds` [images, d], and `logits_per_image` [images, texts], 10 times
 * their cosines, with its transpose `logits_per_text`. An image is its class token, a text the token of the highest number, its end.
 */
export function imageTextModel(seed: number, shape = smallImageText): Uint8Array {
  const { image, text, projection } = shape;
  const graph = createGraph({ name: 'image-text', doc: `random encoders of images and texts, seed ${seed}` });
  const layers = layersOf(graph, imageTextWeights(seed, shape));
  const ids = graph.input('input_ids', 'int64', ['texts', 't']);
  const pixels = graph.input('pixel_values', 'float32', ['images', 3, image.size, image.size]);
  const mask = graph.input('attention_mask', 'int64', ['texts', 't']);
  const length = graph.node('Shape', [ids], { start: 1, end: 2 });
  const places = graph.node('Slice', [layers.weight('places'), graph.whole([0]), length, graph.whole([0])]);
  const end = tokenOfEnd(layers, textTokens(layers, ids, mask, places, text), ids, length);
  const texts = unitRows(layers, graph.node('MatMul', [end, layers.weight('projection.text')]));
  const first = tokenAt(layers, visionTokens(layers, pixels, image), 0);
  const images = unitRows(layers, graph.node('MatMul', [first, layers.weight('projection.image')]));
  const cosines = graph.node('MatMul', [images, graph.node('Transpose', [texts], { perm: [1, 0] })]);
  const logits = graph.node('Mul', [cosines, graph.scalar(10)]);
  graph.output('logits_per_image', logits, 'float32', ['images', 'texts']);
  graph.output('logits_per_text', graph.node('Transpose', [logits], { perm: [1, 0] }), 'float32', ['texts', 'images']);
  graph.output('text_embeds', texts, 'float32', ['texts', projection]);
  graph.output('image_embeds', images, 'float32', ['images', projection]);
  return graph.bytes();
}

/** The weights of that model by name: those of both encoders, and `projection.image` and `projection.text`, [width, d] each. */
export function imageTextWeights(seed: number, { image, text, projection } = smallImageText): ModelWeights {
  const random = createRandom(seed).fork('image-text');
  return {
    ...visionWeights(random, image),
    ...textWeights(random, text),
    ...tableWeights(random, 'projection.image', [image.width, projection], Math.sqrt(1 / image.width)),
    ...tableWeights(random, 'projection.text', [text.width, projection], Math.sqrt(1 / text.width)),
  };
}

/** The token [n, d] where a text has its highest number. */
function tokenOfEnd({ graph }: Layers, tokens: Value, ids: Value, length: Value): Value {
  const place = graph.node('ArgMax', [ids], { axis: 1, keepdims: 0 });
  const ends = graph.constant(Float32Array.of(0, 1), [2]);
  const isEnd = graph.node('OneHot', [place, length, ends]);
  return graph.node('Flatten', [graph.node('MatMul', [graph.node('Unsqueeze', [isEnd, graph.whole([1])]), tokens])], { axis: 1 });
}

function unitRows({ graph }: Layers, rows: Value): Value {
  return graph.node('Div', [rows, graph.node('ReduceL2', [rows], { axes: [1], keepdims: 1 })]);
}
