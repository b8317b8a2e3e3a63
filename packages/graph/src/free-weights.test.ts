import { expect, test } from 'vitest';
import { createGraph } from './create-graph.ts';
import { encodeModel, encodeNode, encodeTensor, encodeValueInfo } from './encode.ts';
import { freeWeights } from './free-weights.ts';
import { bytesField, concat, fields, varintField } from './protobuf.ts';
import { readModel } from './read-model.ts';

/** y = x w + b, and a whole number that is no weight. */
function linear(): Uint8Array {
  const graph = createGraph({ name: 'linear', doc: 'as it was' });
  const x = graph.input('x', 'float32', ['n', 2]);
  const product = graph.node('MatMul', [x, graph.constant(Float32Array.of(1, 2, 3, 4), [2, 2])]);
  const sum = graph.node('Add', [product, graph.constant(Float32Array.of(5, 6), [2])]);
  graph.output('y', graph.node('Squeeze', [graph.node('Unsqueeze', [sum, graph.whole([0])]), graph.whole([0])]), 'float32', [
    'n',
    2,
  ]);
  return graph.bytes();
}

test('weights become inputs of their names, in the order of the model, and what they were is given', () => {
  const { bytes, weights } = freeWeights(linear());
  expect(weights).toEqual([
    { name: 'constant_0', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    { name: 'constant_1', shape: [2], data: Float32Array.of(5, 6) },
  ]);
  const before = readModel(linear());
  const after = readModel(bytes);
  expect(after.inputs).toEqual([
    ...before.inputs,
    { name: 'constant_0', type: 'float32', shape: [2, 2] },
    { name: 'constant_1', type: 'float32', shape: [2] },
  ]);
  expect({ ...after, inputs: [] }).toEqual({ ...before, inputs: [] });
});

test('running means and variances of batch normalizations are told from weights', () => {
  const graph = createGraph({ name: 'normalized' });
  const x = graph.input('x', 'float32', ['n', 1]);
  const [scale, shift, mean, variance] = [1, 0, 2, 3].map((value) => graph.constant(Float32Array.of(value), [1]));
  graph.output('y', graph.node('BatchNormalization', [x, scale, shift, mean, variance]), 'float32', ['n', 1]);
  expect(freeWeights(graph.bytes()).statistics).toEqual([mean!.name, variance!.name]);
  const { statistics } = freeWeights(graph.bytes(), { choose: ({ name }) => name === variance!.name });
  expect(statistics).toEqual([variance!.name]);
});

test('those that are not chosen stay', () => {
  const { bytes, weights } = freeWeights(linear(), { choose: ({ shape }) => shape.length === 1 });
  expect(weights.map(({ name }) => name)).toEqual(['constant_1']);
  expect(readModel(bytes).inputs.map(({ name }) => name)).toEqual(['x', 'constant_1']);
  expect(() => freeWeights(linear(), { choose: () => false })).toThrow('expected at least one float32 weight to free, got none');
});

/** A model around initializers that are given as encoded fields. */
function modelWith(initializers: readonly Uint8Array[], inputs: readonly string[] = []): Uint8Array {
  const value = { name: 'w' };
  return encodeModel(
    [
      encodeNode('Identity', [value], [{ name: 'y' }], {}),
      ...initializers,
      ...inputs.map((name) => bytesField(11, encodeValueInfo(name, 'float32', [2]))),
      bytesField(12, encodeValueInfo('y', 'float32', [2])),
    ],
    17,
    '',
  );
}
const single = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const tensorField = (...rest: Uint8Array[]) => bytesField(5, [varintField(1, 2), varintField(2, 1), bytesField(8, 'w'), ...rest]);

test.each([
  ['packed floats', tensorField(bytesField(4, single(1.5, -2)))],
  ['floats one by one', tensorField(...[1.5, -2].map((number) => concat([Uint8Array.of(0x25), single(number)])))],
  [
    'raw bytes and a packed shape',
    bytesField(5, [bytesField(1, Uint8Array.of(2)), varintField(2, 1), bytesField(8, 'w'), bytesField(9, single(1.5, -2))]),
  ],
])('%s are read', (_, initializer) => {
  expect(freeWeights(modelWith([initializer])).weights).toEqual([{ name: 'w', shape: [2], data: Float32Array.of(1.5, -2) }]);
});

test('a weight that is stated as an input already is not stated twice', () => {
  const { bytes } = freeWeights(modelWith([encodeTensor('w', Float32Array.of(1, 2), [2])], ['w']));
  expect(readModel(bytes).inputs.map(({ name }) => name)).toEqual(['w']);
});

test('numbers in another file are asked for, also of tensors that stay', () => {
  const entry = (key: string, value: string) => bytesField(13, [bytesField(1, key), bytesField(2, value)]);
  const outside = tensorField(entry('location', 'big.bin'), entry('offset', '4'), entry('length', '8'), varintField(14, 1));
  const model = modelWith([outside, encodeTensor('v', Float32Array.of(9), [1])]);
  expect(() => freeWeights(model)).toThrow('expected the numbers of "w" in the model, got a reference to "big.bin"');
  const asked: unknown[] = [];
  const read = (data: unknown) => {
    asked.push(data);
    return single(7, 8);
  };
  expect(freeWeights(model, { read }).weights[0]).toEqual({ name: 'w', shape: [2], data: Float32Array.of(7, 8) });
  expect(asked).toEqual([{ tensor: 'w', location: 'big.bin', offset: 4, length: 8 }]);
  const kept = freeWeights(model, { read, choose: ({ name }) => name === 'v' });
  expect(readModel(kept.bytes).external).toEqual([]);
  expect(freeWeights(kept.bytes).weights.map(({ name, data }) => [name, [...data]])).toEqual([['w', [7, 8]]]);
});

test('a shape that does not hold the numbers, and bytes that are no model, are refused', () => {
  expect(() => freeWeights(modelWith([tensorField(bytesField(9, single(1)))]))).toThrow('w: shape [2] holds 2 elements, got 1');
  expect(() => freeWeights(Uint8Array.of(255, 255))).toThrow(RangeError);
});

test('a field knows its own bytes', () => {
  const model = linear();
  expect(Buffer.compare(concat([...fields(model)].map(({ whole }) => whole)), model)).toBe(0);
});
