import { createGraph, type Graph, type Value } from '@viewforge/graph';
import { createRandom, type Random } from '@viewforge/random';

/** Which random network. */
export interface RandomNetworkShape {
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Width d of the features. */
  readonly width: number;
}

/** Channels of the stages before the last, each of which halves the image. */
const stages = [16, 32, 64] as const;

/**
 * A convolutional network with random weights as an ONNX model: `image` float32 [n, 3, h, w] of any size to `features` [n, width].
 * Four stages of a 3 x 3 convolution with stride 2 and a rectifier, then the mean over pixels. Weights are normal with variance
 * 2 / (9 channels), so that every stage keeps the size of its input's values (He et al., https://arxiv.org/abs/1502.01852).
 * Images are taken as 2 x - 1.
 */
export function randomNetworkModel({ seed, width }: RandomNetworkShape): Uint8Array {
  const random = createRandom(seed).fork('random-network');
  const graph = createGraph({ name: 'random-network', doc: `random convolutions, seed ${seed}` });
  const image = graph.input('image', 'float32', ['n', 3, 'h', 'w']);
  let value = graph.node('Sub', [graph.node('Mul', [image, graph.scalar(2)]), graph.scalar(1)]);
  let channels = 3;
  for (const [stage, next] of [...stages, width].entries()) {
    value = convolve(graph, value, [channels, next], random.fork(stage));
    channels = next;
  }
  const mean = graph.node('GlobalAveragePool', [value]);
  graph.output('features', graph.node('Flatten', [mean], { axis: 1 }), 'float32', ['n', width]);
  return graph.bytes();
}

function convolve(graph: Graph, value: Value, [from, to]: readonly [number, number], random: Random): Value {
  const deviation = Math.sqrt(2 / (9 * from));
  const weights = Float32Array.from({ length: to * from * 9 }, () => random.normal(0, deviation));
  const filtered = graph.node('Conv', [value, graph.constant(weights, [to, from, 3, 3])], {
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
  return graph.node('Relu', [filtered]);
}
