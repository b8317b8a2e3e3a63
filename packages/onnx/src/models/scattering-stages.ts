import type { Graph, Value } from '@viewforge/graph';
import { lowPass } from './morlet.ts';
import { fourierBasis, type Matrix, matrix, product, transpose } from './real-fourier.ts';
import type { ScatteringShape } from './scattering-model.ts';
import { sortAngles, type WaveMaps, waveMaker } from './scattering-waves.ts';

/** The steps that a scattering graph is made of. */
export interface Stages {
  /** Angle index t of the maps that `waves` gives, in their order. */
  readonly angleOrder: readonly number[];
  /** Planes [N, h, w] to the real Fourier basis, [N, H, 1, W]; an image is padded on the way. */
  enter(planes: Value, from: 'image' | 'map'): Value;
  /** Modulus of the wavelets of scale j, from a spectrum. */
  waves(spectrum: Value, j: number): readonly WaveMaps[];
  /** Maps as planes of their own, [N L, H, W]. */
  apart(maps: readonly WaveMaps[]): Value;
  /** Low pass and sub-sampling: [N / inner, inner L, r, c], with r = c = 1 when pooled. */
  smooth(maps: readonly WaveMaps[], inner: number): Value;
  /** The same of image planes [N, h, w]: [N, 1, r, c]. */
  smoothImage(planes: Value): Value;
}

/** Side of the grid that an axis is padded to. */
export function paddedSize(size: number, scales: number): number {
  return (Math.floor((size + 2 ** scales) / 2 ** scales) + 1) * 2 ** scales;
}

/** The steps for a shape; their constants go into the graph once. */
export function openStages(graph: Graph, shape: ScatteringShape): Stages {
  const { height, width, scales, angles } = shape;
  const [h, w] = [paddedSize(height, scales), paddedSize(width, scales)];
  const { pairs, single } = sortAngles(angles);
  const apart = (maps: readonly WaveMaps[]) => {
    const all = graph.node(
      'Concat',
      maps.map(({ value }) => value),
      { axis: 2 },
    );
    return reshape(graph, graph.node('Transpose', [all], { perm: [0, 2, 1, 3] }), [-1, h, w]);
  };
  return {
    angleOrder: [...pairs.map(({ t }) => t), ...pairs.map(({ mirror }) => mirror), ...single],
    enter: entrance(graph, shape, [h, w]),
    waves: waveMaker(graph, shape, [h, w]),
    apart,
    ...smoothers(graph, shape, [h, w]),
  };
}

function entrance(graph: Graph, { height, width, scales }: ScatteringShape, [h, w]: readonly [number, number]): Stages['enter'] {
  const [intoY, intoX] = [transpose(fourierBasis(h)), fourierBasis(w)];
  const ways = {
    map: { y: put(graph, intoY), x: put(graph, intoX) },
    image: {
      y: put(graph, product(intoY, padding(height, scales))),
      x: put(graph, product(transpose(padding(width, scales)), intoX)),
    },
  };
  return (planes, from) => {
    const columns = graph.node('MatMul', [ways[from].y, planes]);
    return reshape(graph, graph.node('MatMul', [columns, ways[from].x]), [-1, h, 1, w]);
  };
}

function smoothers(
  graph: Graph,
  { height, width, scales, angles, pooling }: ScatteringShape,
  [h, w]: readonly [number, number],
): Pick<Stages, 'smooth' | 'smoothImage'> {
  const [lowY, lowX] = [smoothing(h, scales, pooling), transpose(smoothing(w, scales, pooling))];
  const [r, c] = [lowY.rows, lowX.columns];
  const low = { y: put(graph, lowY), x: put(graph, lowX) };
  return {
    smooth(maps, inner) {
      const smoothed = maps.map(({ value, count }) => {
        const rows = reshape(graph, graph.node('MatMul', [value, low.x]), [-1, h, count * c]);
        return reshape(graph, graph.node('MatMul', [low.y, rows]), [-1, r, count, c]);
      });
      const all = graph.node('Transpose', [graph.node('Concat', smoothed, { axis: 2 })], { perm: [0, 2, 1, 3] });
      return reshape(graph, all, [-1, inner * angles, r, c]);
    },
    smoothImage(planes) {
      const image = {
        y: put(graph, product(lowY, padding(height, scales))),
        x: put(graph, product(transpose(padding(width, scales)), lowX)),
      };
      return reshape(graph, graph.node('MatMul', [graph.node('MatMul', [image.y, planes]), image.x]), [-1, 1, r, c]);
    },
  };
}

function put(graph: Graph, a: Matrix): Value {
  return graph.constant(Float32Array.from(a.data), [a.rows, a.columns]);
}

function reshape(graph: Graph, value: Value, to: readonly number[]): Value {
  return graph.node('Reshape', [value, graph.whole(to)]);
}

/** Padding by reflection, the edge not repeated, as a matrix [padded, size]. */
function padding(size: number, scales: number): Matrix {
  const total = paddedSize(size, scales);
  const before = Math.floor((total - size) / 2);
  const period = 2 * (size - 1);
  return matrix(total, size, (to, from) => {
    const offset = (((to - before) % period) + period) % period;
    return Number((offset < size ? offset : period - offset) === from);
  });
}

/** Low pass, every 2^J-th sample, without the first and last of them; as a matrix [r, size], or their mean [1, size]. */
function smoothing(size: number, scales: number, pooling: 'mean' | 'none'): Matrix {
  const kernel = lowPass(size, scales);
  const count = size / 2 ** scales - 2;
  const kept = matrix(count, size, (i, from) => kernel[((i + 1) * 2 ** scales - from + size) % size]!);
  return pooling === 'none'
    ? kept
    : product(
        matrix(1, count, () => 1 / count),
        kept,
      );
}
