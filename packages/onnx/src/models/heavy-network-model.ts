import { createGraph, type Graph, type Value } from '@viewforge/graph';
import { createRandom, type Random } from '@viewforge/random';
import type { RandomNetworkShape } from './random-network-model.ts';
import { seededWeights } from './seeded-weights.ts';

/** Channels and residual blocks of the stages, each at half the size of the one before. */
const stages = [
  { channels: 64, blocks: 6 },
  { channels: 128, blocks: 8 },
  { channels: 256, blocks: 5 },
] as const;

/**
 * A residual convolutional network with random weights as an ONNX model, as costly as networks in use: 4.4 billion multiplications an
 * item of 224 pixels (`heavyNetworkCost`), 35 MB of weights. `image` float32 [n, 3, h, w] of any size to `features` [n, width].
 * A 7 x 7 convolution with stride 2, a maximum over 3 x 3 with stride 2, 19 blocks of two 3 x 3 convolutions, the mean over pixels, and
 * a linear map. Images are taken as 2 x - 1. For measurements and tests of speed.
 */
export function heavyNetworkModel({ seed, width }: RandomNetworkShape): Uint8Array {
  const random = createRandom(seed).fork('heavy-network');
  const graph = createGraph({ name: 'heavy-network', doc: `random residual convolutions, seed ${seed}` });
  const image = graph.input('image', 'float32', ['n', 3, 'h', 'w']);
  const centered = graph.node('Sub', [graph.node('Mul', [image, graph.scalar(2)]), graph.scalar(1)]);
  let value = convolve(graph, centered, { from: 3, to: 64, side: 7, stride: 2 }, random.fork('stem'));
  value = graph.node('MaxPool', [graph.node('Relu', [value])], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  for (const [stage, { channels, blocks }] of stages.entries()) {
    for (let block = 0; block < blocks; block++) {
      const halves = stage > 0 && block === 0;
      value = residual(graph, value, { from: halves ? channels / 2 : channels, to: channels }, random.fork(stage, block));
    }
  }
  const { channels } = stages.at(-1)!;
  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [value])], { axis: 1 });
  const weights = seededWeights(random.fork('head'), width * channels, Math.sqrt(1 / channels));
  graph.output('features', graph.node('MatMul', [mean, graph.constant(weights, [channels, width])]), 'float32', ['n', width]);
  return graph.bytes();
}

/** Multiplications with addition that one item of [3, side, side] costs, the last linear map left out; for sides divisible by 16. */
export function heavyNetworkCost(side: number): number {
  const cost = ({ from, to, side: kernel }: Convolution, pixels: number) => from * to * kernel * kernel * pixels;
  let sum = cost({ from: 3, to: 64, side: 7, stride: 2 }, (side / 2) ** 2);
  for (const [stage, { channels, blocks }] of stages.entries()) {
    const pixels = (side / 4 / 2 ** stage) ** 2;
    sum += (2 * blocks - (stage > 0 ? 1 : 0)) * cost({ from: channels, to: channels, side: 3, stride: 1 }, pixels);
    const from = channels / 2;
    if (stage > 0) for (const kernel of [3, 1]) sum += cost({ from, to: channels, side: kernel, stride: 2 }, pixels);
  }
  return sum;
}

interface Convolution {
  readonly from: number;
  readonly to: number;
  /** Pixels along a side of the kernel. */
  readonly side: number;
  readonly stride: number;
}

/** relu(x + two convolutions of x); where channels double the size is halved, and x goes through a 1 x 1 convolution. */
function residual(graph: Graph, x: Value, { from, to }: Pick<Convolution, 'from' | 'to'>, random: Random): Value {
  const stride = from === to ? 1 : 2;
  const first = graph.node('Relu', [convolve(graph, x, { from, to, side: 3, stride }, random.fork('first'))]);
  const second = convolve(graph, first, { from: to, to, side: 3, stride: 1 }, random.fork('second'), 0.2);
  const past = from === to ? x : convolve(graph, x, { from, to, side: 1, stride }, random.fork('past'));
  return graph.node('Relu', [graph.node('Add', [past, second])]);
}

function convolve(graph: Graph, x: Value, { from, to, side, stride }: Convolution, random: Random, gain = 1): Value {
  const weights = seededWeights(random, to * from * side * side, gain * Math.sqrt(2 / (from * side * side)));
  const around = (side - 1) / 2;
  return graph.node('Conv', [x, graph.constant(weights, [to, from, side, side])], {
    strides: [stride, stride],
    pads: [around, around, around, around],
  });
}
