import { readModel } from '@viewforge/graph';
import { expect, test } from 'vitest';
import { flattenOnnx, tinyOnnx } from './tiny-onnx.ts';

test('a model of one operator names its input and output, with their shapes', () => {
  const model = readModel(tinyOnnx({ operator: 'Relu', from: ['n', 4], to: ['n', 4], input: 'x', output: 'y' }));
  expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
  expect(model.outputs.map(({ name }) => name)).toEqual(['y']);
});

test('a flattening model gives as many features as an item has elements', () => {
  const model = readModel(flattenOnnx([3, 4, 5]));
  expect(model.outputs).toEqual([expect.objectContaining({ name: 'features', shape: ['n', 60] })]);
});
