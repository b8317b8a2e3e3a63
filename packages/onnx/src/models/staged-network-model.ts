import { createGraph } from '@viewforge/graph';
import { createRandom } from '@viewforge/random';
import { layersOf, linearWeights, type ModelWeights, tableWeights } from './model-weights.ts';
import { linear } from './transformer-layers.ts';

/** Channels of the three stages, each of which halves the image. */
const channels = [8, 16, 32] as const;

/**
 * A convolutional network that shows its stages, as an ONNX model: `pixel_values` float32 [n, 3, h, w] of any size to `feature_maps.0`
 * [n, 8, h / 2, w / 2], `feature_maps.1` and `feature_maps.2` (16 and 32 channels, half the size each time), sides rounded up, and
 * `features` [n, width], a linear map of the mean of the last.
 */
export function stagedNetworkModel(seed: number, width = 16): Uint8Array {
  const graph = createGraph({ name: 'staged-network', doc: `random stages, seed ${seed}` });
  const layers = layersOf(graph, stagedNetworkWeights(seed, width));
  let value = graph.input('pixel_values', 'float32', ['n', 3, 'h', 'w']);
  for (const [stage, count] of channels.entries()) {
    const inputs = [value, layers.weight(`stage.${stage}`)];
    value = graph.node('Relu', [graph.node('Conv', inputs, { strides: [2, 2], pads: [1, 1, 1, 1] })]);
    graph.output(`feature_maps.${stage}`, value, 'float32', ['n', count, `h${stage}`, `w${stage}`]);
  }
  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [value])], { axis: 1 });
  graph.output('features', linear(layers, mean, 'head'), 'float32', ['n', width]);
  return graph.bytes();
}

/** The weights of that model: `stage.0` to `stage.2` [to, from, 3, 3], and `head`. */
export function stagedNetworkWeights(seed: number, width = 16): ModelWeights {
  const random = createRandom(seed).fork('staged-network');
  const stages = channels.map((to, stage) => {
    const from = channels[stage - 1] ?? 3;
    return tableWeights(random, `stage.${stage}`, [to, from, 3, 3], Math.sqrt(2 / (9 * from)));
  });
  return Object.assign({}, ...stages, linearWeights(random, 'head', channels.at(-1)!, width)) as ModelWeights;
}
