import { expect, test } from 'vitest';
import { createGraph } from './create-graph.ts';
import { bytesField, concat, varintField } from './protobuf.ts';
import { readModel } from './read-model.ts';

const head = [varintField(1, 8), bytesField(8, [varintField(2, 17)])];
const entry = (key: string, value: string) => bytesField(13, [bytesField(1, key), bytesField(2, value)]);
const outside = (name: string, location: string, ...more: Uint8Array[]) => [
  bytesField(8, name),
  entry('location', location),
  ...more,
  varintField(14, 1),
];
const model = (...graph: Uint8Array[]) => concat([...head, bytesField(7, graph)]);

test('an initializer outside is found, with its offset and length', () => {
  const tensor = bytesField(5, outside('w', 'w.bin', entry('offset', '4096'), entry('length', '24')));
  expect(readModel(model(tensor)).external).toEqual([{ tensor: 'w', location: 'w.bin', offset: 4096, length: 24 }]);
});

test('a tensor outside is found in an attribute, a subgraph, a function, a sparse initializer and training', () => {
  const tensor = (field: number, name: string) => bytesField(field, outside(name, `${name}.bin`));
  const node = (attribute: Uint8Array) => bytesField(1, [bytesField(5, [attribute])]);
  const graph = model(
    node(tensor(5, 'attribute')),
    node(tensor(10, 'list')),
    node(bytesField(6, [tensor(5, 'branch')])),
    bytesField(15, [tensor(1, 'values'), tensor(2, 'indices')]),
  );
  const rest = [
    bytesField(25, [bytesField(7, [bytesField(5, [tensor(5, 'function')])])]),
    bytesField(20, [bytesField(1, [tensor(5, 'training')])]),
  ];
  const names = readModel(concat([graph, ...rest])).external.map(({ tensor: name }) => name);
  expect(names.sort()).toEqual(['attribute', 'branch', 'function', 'indices', 'list', 'training', 'values']);
});

test('of a location given twice the last counts, as for every protobuf reader', () => {
  const twice = bytesField(13, [bytesField(1, 'location'), bytesField(2, 'inside'), bytesField(2, '../outside')]);
  expect(readModel(model(bytesField(5, [twice]))).external[0]!.location).toBe('../outside');
});

test('a graph given twice hides nothing', () => {
  const bytes = concat([model(bytesField(5, outside('w', '../w.bin'))), bytesField(7, [bytesField(2, 'other')])]);
  expect(readModel(bytes).external).toHaveLength(1);
  const split = concat([model(bytesField(11, [bytesField(1, 'x')])), bytesField(7, [bytesField(12, [bytesField(1, 'y')])])]);
  expect(readModel(split)).toMatchObject({ inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] });
});

test('an input that an initializer gives a value to need not be fed', () => {
  const info = (field: number, name: string) => bytesField(field, [bytesField(1, name)]);
  const summary = readModel(model(info(11, 'x'), info(11, 'w'), bytesField(5, [bytesField(8, 'w')])));
  expect(summary.inputs).toEqual([{ name: 'x', type: 'undefined', shape: null }]);
});

test('every cut of a model is refused or read as a shorter one, and never crashes', () => {
  const graph = createGraph({ name: 'g' });
  graph.output('y', graph.node('Relu', [graph.input('x', 'float32', ['n', 3])]), 'float32', ['n', 3]);
  const bytes = graph.bytes();
  for (let length = 0; length < bytes.length; length++) expect(() => readModel(bytes.subarray(0, length))).toThrow(RangeError);
});

test.each([
  ['nothing', '', 'IR version'],
  ['text', 'This is no model.\n', 'wire type|needs \\d+ bytes|field number'],
  ['a page', '<!doctype html><html></html>', 'wire type|needs \\d+ bytes|field number'],
])('%s is no model', (_, text, message) => {
  expect(() => readModel(new TextEncoder().encode(text))).toThrow(new RegExp(message));
});
