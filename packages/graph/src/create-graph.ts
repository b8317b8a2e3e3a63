import type { ConstantData, ElementType } from './elements.ts';
import { type Attribute, type Dimension, encodeModel, encodeNode, encodeTensor, encodeValueInfo, type Value } from './encode.ts';
import { bytesField } from './protobuf.ts';

/** What a graph is called and which operators it is made of. */
export interface GraphOptions {
  readonly name: string;
  /** Version of the operator set; decides what an operator means. 17 when left out. */
  readonly opset?: number;
  /** Text that says what the model computes, stored in the file. */
  readonly doc?: string;
}

/** A model under construction. The same calls in the same order give the same bytes. */
export interface Graph {
  /** An input of this element type and shape; a name is a free dimension. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value;
  /** A constant tensor, row-major; the element type is that of the array. Throws RangeError when the shape does not hold it. */
  constant(data: ConstantData, shape: readonly number[]): Value;
  /** A float32 constant of shape []. */
  scalar(value: number): Value;
  /** An int64 constant [count], as shapes, axes and indices are given. */
  whole(values: readonly number[]): Value;
  /** The one output of an operator; undefined leaves out an optional input. */
  node(operator: string, inputs: readonly (Value | undefined)[], attributes?: Readonly<Record<string, Attribute>>): Value;
  /** The first `count` outputs of an operator. */
  nodes(
    operator: string,
    inputs: readonly (Value | undefined)[],
    count: number,
    attributes?: Readonly<Record<string, Attribute>>,
  ): readonly Value[];
  /** Makes a value an output of the model under this name. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void;
  /** The model file. Throws RangeError when there is no output. */
  bytes(): Uint8Array;
}

/**
 * An empty ONNX model to put nodes into.
 *
 * @example
 * const graph = createGraph({ name: 'double' });
 * const x = graph.input('x', 'float32', ['n']);
 * graph.output('y', graph.node('Add', [x, x]), 'float32', ['n']);
 * const model = graph.bytes();
 */
export function createGraph({ name, opset = 17, doc = '' }: GraphOptions): Graph {
  const parts = {
    nodes: [] as Uint8Array[],
    constants: [] as Uint8Array[],
    inputs: [] as Uint8Array[],
    outputs: [] as Uint8Array[],
  };
  const names = new Set<string>();
  const claim = (wanted: string): Value => {
    if (wanted === '' || names.has(wanted)) throw new RangeError(`graph ${name}: expected a name of its own, got "${wanted}"`);
    names.add(wanted);
    return { name: wanted };
  };
  const nodes: Graph['nodes'] = (operator, inputs, count, attributes = {}) => {
    const position = parts.nodes.length;
    const outputs = Array.from({ length: count }, (_, i) => claim(`${operator}_${position}${i === 0 ? '' : `_${i}`}`));
    parts.nodes.push(encodeNode(operator, inputs, outputs, attributes));
    return outputs;
  };
  const constant: Graph['constant'] = (data, shape) => {
    const value = claim(`constant_${parts.constants.length}`);
    parts.constants.push(encodeTensor(value.name, data, shape));
    return value;
  };
  return {
    input(wanted, type, shape) {
      parts.inputs.push(bytesField(11, encodeValueInfo(wanted, type, shape)));
      return claim(wanted);
    },
    constant,
    scalar: (value) => constant(Float32Array.of(value), []),
    whole: (values) => constant(BigInt64Array.from(values, BigInt), [values.length]),
    node: (operator, inputs, attributes) => nodes(operator, inputs, 1, attributes)[0]!,
    nodes,
    output(wanted, value, type, shape) {
      parts.nodes.push(encodeNode('Identity', [value], [claim(wanted)], {}));
      parts.outputs.push(bytesField(12, encodeValueInfo(wanted, type, shape)));
    },
    bytes() {
      if (parts.outputs.length === 0) throw new RangeError(`graph ${name}: expected at least one output, got none`);
      const graph = [...parts.nodes, bytesField(2, name), ...parts.constants, ...parts.inputs, ...parts.outputs];
      return encodeModel(graph, opset, doc);
    },
  };
}
