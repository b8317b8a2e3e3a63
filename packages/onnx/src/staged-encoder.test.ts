import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph, type Dimension, type Graph, type Value } from '@viewforge/graph';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { flattenEncoder, obeysEncoderLaws, obeysOptionLaws } from '@viewforge/testkit';
import { afterAll, expect, test } from 'vitest';
import { chainEncoders } from './chain-encoders.ts';
import { onnxEncoder } from './onnx-encoder.ts';
import { stagedEncoder } from './staged-encoder.ts';

const running = { signal: new AbortController().signal };
const folder = await mkdtemp(join(tmpdir(), 'viewforge-stages-'));
afterAll(() => rm(folder, { recursive: true }));

async function write(
  name: string,
  from: readonly Dimension[],
  to: readonly Dimension[],
  build: (graph: Graph, image: Value) => Value,
) {
  const graph = createGraph({ name });
  graph.output('y', build(graph, graph.input('image', 'float32', from)), 'float32', to);
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, graph.bytes());
  return path;
}

const weights = Float32Array.from({ length: 2 * 27 }, (_, i) => Math.sin(i));
const convolution = (graph: Graph, image: Value) =>
  graph.node('Relu', [graph.node('Conv', [image, graph.constant(weights, [2, 3, 3, 3])])]);
const means = (graph: Graph, image: Value) => graph.node('Flatten', [graph.node('GlobalAveragePool', [image])], { axis: 1 });

const first = await write('first', ['n', 3, 5, 6], ['n', 2, 3, 4], convolution);
const second = await write('second', ['n', 2, 3, 4], ['n', 2], means);
const whole = await write('whole', ['n', 3, 5, 6], ['n', 2], (graph, image) => means(graph, convolution(graph, image)));

const images = (n: number): Tensor =>
  tensor(
    Float32Array.from({ length: n * 90 }, (_, i) => ((i * 37) % 101) / 101),
    [n, 3, 5, 6],
  );

obeysEncoderLaws(() => stagedEncoder({ models: [first, second], maxBatch: 3 }), { image: images(7) });
obeysOptionLaws(stagedEncoder, { models: [first] });

test('a model in two files gives what it gives in one', async () => {
  const [staged, plain] = [stagedEncoder({ models: [first, second] }), onnxEncoder({ model: whole })];
  const [a, b] = [await staged.encode({ image: images(4) }, running), await plain.encode({ image: images(4) }, running)];
  expect(values(a['features']!)).toEqual(values(b['features']!));
  expect((await staged.open(running)).inputs).toEqual((await plain.open(running)).inputs);
  await Promise.all([staged.close(), plain.close()]);
});

test('each stage takes the features of the one before it', async () => {
  const encoder = stagedEncoder({ models: [first, second] });
  let hidden = images(2);
  for (const stage of encoder.stages!) hidden = (await stage.encode({ image: hidden }, running))['features']!;
  expect(values(hidden)).toEqual(values((await encoder.encode({ image: images(2) }, running))['features']!));
  await encoder.close();
});

test('any encoders can be chained, and one that does not fit is named', async () => {
  const twice = chainEncoders([flattenEncoder([3, 5, 6]), flattenEncoder([90, 1, 1])]);
  const { features } = await twice.encode({ image: images(2) }, running);
  expect(values(features!)).toEqual(values(images(2)));
  await expect(chainEncoders([flattenEncoder([3, 5, 6]), flattenEncoder([2, 2, 2])]).open(running)).rejects.toMatchObject({
    code: 'MODEL_INPUT',
    message: 'flatten: expected 8 features for items of [2,2,2], got 90',
  });
  expect(() => chainEncoders([])).toThrow('at least one encoder');
});
