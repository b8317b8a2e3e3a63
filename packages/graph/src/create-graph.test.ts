import { expect, test } from 'vitest';
import { createGraph } from './create-graph.ts';
import { fields } from './protobuf.ts';
import { readModel } from './read-model.ts';

function linear() {
  const graph = createGraph({ name: 'linear', doc: 'x w + b', opset: 13 });
  const x = graph.input('x', 'float32', ['n', 2]);
  const w = graph.constant(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  graph.output('y', graph.node('Add', [graph.node('MatMul', [x, w]), graph.scalar(1)]), 'float32', ['n', 3]);
  return graph;
}

test('what was written is read back', () => {
  expect(readModel(linear().bytes())).toEqual({
    irVersion: 7,
    producer: 'viewforge',
    producerVersion: '',
    doc: 'x w + b',
    opsets: { '': 13 },
    inputs: [{ name: 'x', type: 'float32', shape: ['n', 2] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['n', 3] }],
    nodes: 3, // the two operators, and the one that names the output
    external: [],
  });
});

test('the same calls give the same bytes', () => {
  expect(linear().bytes()).toEqual(linear().bytes());
});

test.each([
  [7, 7],
  [17, 8],
  [19, 9],
  [21, 10],
])('operator set %i is written in IR version %i', (opset, irVersion) => {
  const graph = createGraph({ name: 'g', opset });
  graph.output('y', graph.input('x', 'int64', []), 'int64', []);
  expect(readModel(graph.bytes())).toMatchObject({ irVersion, opsets: { '': opset } });
});

test('an operator may have several outputs and leave out an input', () => {
  const graph = createGraph({ name: 'g' });
  const x = graph.input('x', 'float32', [4]);
  const parts = graph.nodes('Split', [x, undefined], 2, { axis: 0 });
  expect(new Set(parts.map(({ name }) => name)).size).toBe(2);
});

test('each kind of attribute has its own number', () => {
  const graph = createGraph({ name: 'g' });
  const attributes = { whole: 3, wholes: [1, -2], text: 'a', real: { float: 0.5 }, reals: { floats: [0.5, 2] } };
  graph.output('y', graph.node('Made', [graph.input('x', 'float32', [])], attributes), 'float32', []);
  const model = [...fields(graph.bytes())].find(({ field }) => field === 7)!;
  const [node] = [...fields(model.bytes)];
  const encoded = [...fields(node!.bytes)].filter(({ field }) => field === 5).map(({ bytes }) => [...fields(bytes)]);
  expect(encoded.map((attribute) => attribute.at(-1)!.varint)).toEqual([2n, 7n, 3n, 1n, 6n]);
  expect(encoded[1]!.filter(({ field }) => field === 8).map(({ varint }) => varint)).toEqual([1n, -2n]);
});

test('mistakes of a graph are told', () => {
  const graph = createGraph({ name: 'g' });
  const x = graph.input('x', 'float32', []);
  expect(() => graph.input('x', 'float32', [])).toThrow('expected a name of its own, got "x"');
  expect(() => graph.constant(Float32Array.of(1, 2), [3])).toThrow('shape [3] holds 3 elements, got 2');
  expect(() => graph.node('LeakyRelu', [x], { alpha: 0.1 })).toThrow('attribute alpha: expected a whole number or { float }');
  expect(() => graph.bytes()).toThrow('expected at least one output');
});
