import { createGraph } from '@viewforge/graph';
import { openStages, paddedSize } from './scattering-stages.ts';

/** Which scattering transform, and of what. */
export interface ScatteringShape {
  /** Size of the image, in pixels; both at least 2^scales. */
  readonly height: number;
  readonly width: number;
  /** Number of octaves J >= 1; maps are smaller than the image by 2^J. */
  readonly scales: number;
  /** Number of wave directions L >= 1. */
  readonly angles: number;
  /** How often wavelet and modulus follow each other: 1 or 2. */
  readonly order: 1 | 2;
  /** 'mean': the mean of each map; 'none': the maps themselves, flattened. */
  readonly pooling: 'mean' | 'none';
}

/** Number of channels of the transform of one color channel: 1 + L J + L^2 J (J - 1) / 2, without the last term at order 1. */
export function scatteringChannels({ scales, angles, order }: ScatteringShape): number {
  return 1 + angles * scales + (order === 2 ? (angles ** 2 * scales * (scales - 1)) / 2 : 0);
}

/** Rows and columns of one map: one for each 2^J of the image, rounded by the padding. */
export function scatteringMap({ height, width, scales }: ScatteringShape): readonly [number, number] {
  return [paddedSize(height, scales) / 2 ** scales - 2, paddedSize(width, scales) / 2 ** scales - 2];
}

/**
 * The wavelet scattering transform as an ONNX model: `image` float32 [n, 3, height, width] to `features` [n, d], where d runs
 * through color, channel (order 0; order 1 by scale and angle; order 2 by scale, angle, scale, angle) and, unless pooled, the map.
 *
 * Each real map of a wavelet is one product with a filter between two changes of basis, all of them small matrix products:
 * the real Fourier basis with the reflecting border folded into the way in, and the low pass and its sub-sampling into the way
 * out. So nothing is truncated, and the error is that of float32 (below 2e-6 of the largest number of an order).
 * Mirrored angles share their products: the maps of angle -t are differences where those of t are sums.
 */
export function scatteringModel(shape: ScatteringShape): Uint8Array {
  const { height, width, scales, angles, order, pooling } = shape;
  const graph = createGraph({
    name: 'scattering',
    doc: `wavelet scattering, J=${scales} L=${angles} order ${order}, ${pooling}`,
  });
  const stages = openStages(graph, shape);
  const image = graph.input('image', 'float32', ['n', 3, height, width]);
  const plane = graph.node('Reshape', [image, graph.whole([-1, height, width])]);

  const channels = [stages.smoothImage(plane)];
  const ids = ['0'];
  const spectrum = stages.enter(plane, 'image');
  const first = Array.from({ length: scales }, (_, j) => stages.waves(spectrum, j));
  for (const [j, maps] of first.entries()) {
    channels.push(stages.smooth(maps, 1));
    ids.push(...stages.angleOrder.map((t) => `${j},${t}`));
  }
  for (let j1 = 0; order === 2 && j1 < scales - 1; j1++) {
    const inner = stages.enter(stages.apart(first[j1]!), 'map');
    for (let j2 = j1 + 1; j2 < scales; j2++) {
      channels.push(stages.smooth(stages.waves(inner, j2), angles));
      for (const t1 of stages.angleOrder) ids.push(...stages.angleOrder.map((t2) => `${j1},${t1},${j2},${t2}`));
    }
  }
  const all = graph.node('Concat', channels, { axis: 1 });
  const ordered = graph.node('Gather', [all, graph.whole(naturalOrder(shape).map((id) => ids.indexOf(id)))], { axis: 1 });
  const d = 3 * ids.length * (pooling === 'mean' ? 1 : scatteringMap(shape)[0] * scatteringMap(shape)[1]);
  graph.output('features', graph.node('Reshape', [ordered, graph.whole([-1, d])]), 'float32', ['n', d]);
  return graph.bytes();
}

/** Names of the channels in the order they come out. */
function naturalOrder({ scales, angles, order }: ScatteringShape): string[] {
  const names = ['0'];
  for (let j = 0; j < scales; j++) for (let t = 0; t < angles; t++) names.push(`${j},${t}`);
  for (let j1 = 0; order === 2 && j1 < scales; j1++)
    for (let t1 = 0; t1 < angles; t1++)
      for (let j2 = j1 + 1; j2 < scales; j2++) for (let t2 = 0; t2 < angles; t2++) names.push(`${j1},${t1},${j2},${t2}`);
  return names;
}
