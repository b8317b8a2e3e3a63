import { type Attribute, createGraph, type Dimension } from '@viewforge/graph';

/** A model of one operator between one input and one output, both float32. */
export interface TinyModel {
  /** Name of the ONNX operator, such as "Flatten". */
  readonly operator: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Shape of the input; a name is a free dimension. */
  readonly from: readonly Dimension[];
  /** Shape of the output. */
  readonly to: readonly Dimension[];
  /** Name of the input; "image" when left out. */
  readonly input?: string;
  /** Name of the output; "features" when left out. */
  readonly output?: string;
}

/** The bytes of an ONNX model with one operator: a real model file for tests, without a download. */
export function tinyOnnx({ operator, attributes = {}, from, to, input = 'image', output = 'features' }: TinyModel): Uint8Array {
  const graph = createGraph({ name: `tiny-${operator.toLowerCase()}` });
  graph.output(output, graph.node(operator, [graph.input(input, 'float32', from)], attributes), 'float32', to);
  return graph.bytes();
}

/** The tiny model that an image encoder is tested with: the features of an item of `shape` [c, h, w] are its elements. */
export function flattenOnnx(shape: readonly number[]): Uint8Array {
  const width = shape.reduce((product, size) => product * size, 1);
  return tinyOnnx({ operator: 'Flatten', attributes: { axis: 1 }, from: ['n', ...shape], to: ['n', width] });
}
