import { createGraph, type Graph, type Value } from '@viewforge/graph';
import { type Tensor, values } from '@viewforge/tensor';

/** What stands between two layers of a head. */
export const activations = ['none', 'relu', 'gelu', 'tanh', 'sigmoid'] as const;

/** Name of an activation; gelu is x * (1 + erf(x / sqrt(2))) / 2. */
export type Activation = (typeof activations)[number];

/** A batch normalization as it is after training: (x - mean) / sqrt(variance + epsilon) * scale + shift, [out] each. */
export interface HeadNormalization {
  readonly scale: Tensor;
  readonly shift: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** 1e-5 when left out. */
  readonly epsilon?: number;
}

/** activation(normalization(x weight^T + bias)). */
export interface HeadLayer {
  /** [out, in], as PyTorch stores it. */
  readonly weight: Tensor;
  /** [out]; none when left out. */
  readonly bias?: Tensor;
  readonly batchNorm?: HeadNormalization;
  /** 'none' when left out. */
  readonly activation?: Activation;
}

/** Smallest length that rows are divided by: a row of zeros stays one. */
const smallest = 1e-12;

/**
 * Layers as an ONNX model, `rows` float32 [n, in] to `features` [n, out]; with `normalize` rows of length 1. Throws RangeError where a shape
 * does not fit the layer before or its own weight.
 */
export function headModel(layers: readonly HeadLayer[], normalize: boolean): Uint8Array {
  if (layers.length === 0) throw new RangeError('headModel: expected at least one layer, got none');
  const graph = createGraph({ name: 'projection-head' });
  let width = layers[0]!.weight.shape[1] ?? 0;
  let rows = graph.input('rows', 'float32', ['n', width]);
  for (const [place, layer] of layers.entries()) {
    checkLayer(layer, width, `layer ${place}`);
    rows = addLayer(graph, rows, layer);
    width = layer.weight.shape[0]!;
  }
  graph.output('features', normalize ? unitRows(graph, rows) : rows, 'float32', ['n', width]);
  return graph.bytes();
}

function checkLayer({ weight, bias, batchNorm }: HeadLayer, width: number, where: string): void {
  if (weight.shape.length !== 2 || weight.shape[1] !== width)
    throw new RangeError(`headModel: ${where}: expected a weight of [out, ${width}], got [${weight.shape}]`);
  const { scale, shift, mean, variance } = batchNorm ?? {};
  for (const [name, each] of Object.entries({ bias, scale, shift, mean, variance })) {
    if (each !== undefined && `${each.shape}` !== `${weight.shape[0]}`)
      throw new RangeError(`headModel: ${where}: expected a ${name} of [${weight.shape[0]}], got [${each.shape}]`);
  }
}

function addLayer(graph: Graph, rows: Value, { weight, bias, batchNorm, activation = 'none' }: HeadLayer): Value {
  const constant = (each: Tensor) => graph.constant(new Float32Array(values(each)), [...each.shape]);
  const linear = graph.node('Gemm', [rows, constant(weight), ...(bias ? [constant(bias)] : [])], { transB: 1 });
  const normal = batchNorm
    ? graph.node(
        'BatchNormalization',
        [linear, ...[batchNorm.scale, batchNorm.shift, batchNorm.mean, batchNorm.variance].map(constant)],
        { epsilon: { float: batchNorm.epsilon ?? 1e-5 } },
      )
    : linear;
  if (activation === 'none') return normal;
  if (activation !== 'gelu') return graph.node({ relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' }[activation], [normal]);
  const error = graph.node('Erf', [graph.node('Mul', [normal, graph.scalar(Math.SQRT1_2)])]);
  return graph.node('Mul', [graph.node('Mul', [normal, graph.scalar(0.5)]), graph.node('Add', [error, graph.scalar(1)])]);
}

function unitRows(graph: Graph, rows: Value): Value {
  const length = graph.node('ReduceL2', [rows], { axes: [1], keepdims: 1 });
  return graph.node('Div', [rows, graph.node('Max', [length, graph.scalar(smallest)])]);
}
